import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { providerPackages, publicPackages } from "../../repo/src/workspace.ts";
import { ask, askAndLeave, type Happenings, permit, signIn } from "../src/browser.ts";
import { install } from "../src/install.ts";
import { type Provider, startProvider } from "../src/provider.ts";
import { type Runtime, runtimes } from "../src/runtimes.ts";
import { type App, start } from "../src/start.ts";

let provider: Provider;
let folder: string;
beforeAll(async () => {
	provider = await startProvider();
	folder = mkdtempSync(join(tmpdir(), "oauth-runtimes-"));
	await install(folder, provider.settings);
});
afterAll(() => {
	provider?.stop();
	rmSync(folder, { recursive: true, force: true });
});

const ADA = { name: "Ada", email: "ada@example.com", emailVerified: true };

const PROFILES = {
	github: { id: "36", username: "ada", picture: "https://example.com/ada.png", ...ADA },
	google: { id: "g-36", ...ADA },
	apple: { id: "a.36", ...ADA, name: "Ada Example", givenName: "Ada", familyName: "Example" },
	oidc: { id: expect.stringMatching(/^o-36@http:\/\/127\.0\.0\.1:\d+\/oidc$/), ...ADA },
};

/** What the token endpoint does, and what the error says of it. */
const FAULTS: [string, object][] = [
	["answers 500", { status: 500 }],
	["redirects with 302", { status: 302 }],
	["redirects with 307", { status: 307 }],
	["answers with HTML", { status: 200 }],
	["answers without an end", { cause: "the body has more than 1 MiB" }],
	["answers with 10 MiB in a few bytes", { cause: "the body has more than 1 MiB" }],
	// Each runtime has words of its own.
	["resets the connection", { cause: expect.any(String) }],
	["resets the connection amid its answer", { cause: expect.any(String) }],
];

const TIMEOUT = "no response within 0.2 s";

const until = (done: () => boolean | Promise<boolean>) => vi.waitUntil(done, { timeout: 20_000 });

/** Lets the answer at a path wait until it is released, at the end of the test at the latest. */
function hold(path: string): () => void {
	let resolve = () => {};
	const released = new Promise<void>((fulfil) => {
		resolve = fulfil;
	});
	const release = () => {
		provider.holds.delete(path);
		resolve();
	};
	provider.holds.set(path, released);
	onTestFinished(release);
	return release;
}

describe.each(runtimes)("$name", ({ version, command, endsWithClient }) => {
	let app: App;
	beforeAll(async () => {
		provider.requests.length = 0;
		app = await start(command, folder);
	});
	afterAll(() => app?.stop());

	/** The problem in which a sign-in ends. */
	async function problem(id: string, happenings: Happenings) {
		const { status, json } = await signIn(app.url, id, happenings);
		expect(status).toBe(400);
		return json;
	}

	test("is what it says", () => {
		const [file = ""] = command;
		expect(execFileSync(file, ["--version"]).toString()).toMatch(version);
	});

	test.each(Object.entries(PROFILES))("signs in with %s", async (id, profile) => {
		const { cookies, json } = await signIn(app.url, id);
		const user = { number: expect.any(Number), name: profile.name };
		const scope = ["a", "b"];
		expect(json).toEqual({ isNew: true, user, profile, scope, redirectTo: "/inbox?tab=2" });
		expect(cookies).toEqual([expect.stringMatching(`^__Host-oauth\\.${id}\\.[^=]+=; Path=/; Max-Age=0;`)]);
		expect((await signIn(app.url, id)).json).toMatchObject({ isNew: false, user: json.user });
	});

	test.each(Object.keys(PROFILES))("refreshes and revokes tokens of %s", async (id) => {
		await signIn(app.url, id);
		expect((await ask(`${app.url}/${id}/refresh`)).json).toEqual({ inAnHour: true });
		expect((await ask(`${app.url}/${id}/revoke`)).json).toEqual({});
		// It is good no more.
		expect((await ask(`${app.url}/${id}/revoke`)).json).toMatchObject({
			code: "FAILED_REQUEST",
			step: "revocation",
			status: 400,
			providerError: "invalid_request",
		});
	});

	test("spends no code on a prefetch", async () => {
		const request = await permit(app.url, "github");
		const prefetch = new Request(request, { headers: { "sec-purpose": "prefetch" } });
		prefetch.headers.set("cookie", request.headers.get("cookie") ?? "");
		const asked = provider.requests.length;
		expect((await ask(prefetch)).json).toEqual({ code: "NOT_A_NAVIGATION", step: "callback" });
		expect(provider.requests).toHaveLength(asked);
		expect((await ask(request)).json).toMatchObject({ profile: PROFILES.github });
	});

	test.each(["answers 401", "answers 503", "resets the connection"])(
		"asks once more for the user when the provider %s, and never for the tokens",
		async (fault) => {
			const before = provider.requests.length;
			provider.faultsOnce.set("/github/user", fault);
			expect((await signIn(app.url, "github")).json).toMatchObject({ profile: PROFILES.github });
			const asked = provider.requests.slice(before);
			expect(asked.filter((request) => request === "POST /github/token")).toHaveLength(1);
			expect(asked.filter((request) => request === "GET /github/user")).toHaveLength(2);
		},
	);

	test("sends one refresh for two requests at once", async () => {
		await signIn(app.url, "github");
		const before = provider.requests.length;
		const release = hold("/github/token");
		const answers = [1, 2].map(() => ask(`${app.url}/github/refresh`));
		await until(async () => (await ask(`${app.url}/github/refreshing`)).json === 2);
		release();
		for (const { json } of await Promise.all(answers)) expect(json).toEqual({ inAnHour: true });
		expect(provider.requests.slice(before)).toEqual(["POST /github/token"]);
	});

	/** What becomes of a refresh under way, for whoever asks with the same token when its caller is gone. */
	const REFRESHED = endsWithClient ? { code: "FAILED_REQUEST", step: "refresh" } : { inAnHour: true };

	test("sends no second refresh when the first takes longer than its caller waits", async () => {
		await signIn(app.url, "impatient");
		const before = provider.requests.length;
		const release = hold("/github/token");
		const refresh = () => ask(`${app.url}/impatient/refresh`);
		expect((await refresh()).json).toMatchObject({ code: "FAILED_REQUEST", step: "refresh" });
		const next = refresh();
		release();
		expect((await next).json).toMatchObject(REFRESHED);
		expect(provider.requests.slice(before)).toEqual(["POST /github/token"]);
	});

	describe("when a client goes away", () => {
		/** Sends a request, and goes away while the provider, asked at a path, still holds its answer. */
		async function leave(request: Request, path: string): Promise<() => void> {
			const before = provider.requests.length;
			const release = hold(path);
			await askAndLeave(request, () =>
				until(() => provider.requests.slice(before).some((entry) => entry.endsWith(path))),
			);
			if (endsWithClient) await until(() => provider.pending === 0);
			provider.holds.delete(path);
			return release;
		}

		// A refresh token that comes twice is taken for stolen, so where the call dies with its client it is not repeated.
		test("a refresh is not sent again, and nobody waits for it for ever", async () => {
			await signIn(app.url, "google");
			const before = provider.requests.length;
			const refresh = new Request(`${app.url}/google/refresh`);
			const release = await leave(refresh, "/google/token");
			const next = ask(refresh);
			// The one that died counts as under way, but a runtime can tell the next at once that it waits in vain.
			let isTold = false;
			next.then(() => {
				isTold = true;
			});
			await until(async () => isTold || (await ask(`${app.url}/google/refreshing`)).json === 2);
			release();
			expect((await next).json).toMatchObject(REFRESHED);
			expect(provider.requests.slice(before)).toEqual(["POST /google/token"]);
		});

		test("the next one signs in with the provider's new key", async () => {
			await signIn(app.url, "google");
			await provider.rotateKeys();
			const release = await leave(await permit(app.url, "google"), "/google/keys");
			const next = signIn(app.url, "google");
			release();
			expect((await next).json).toMatchObject({ profile: PROFILES.google });
		});
	});

	test("refuses another state", async () => {
		const other = { changeState: (state: string) => `x${state}` };
		expect(await problem("github", other)).toEqual({ code: "FLOW_MISSING", step: "callback" });
		const longer = { changeState: (state: string) => `${state}x` };
		expect(await problem("github", longer)).toEqual({ code: "FLOW_MISMATCH", step: "callback" });
		expect(await problem("apple", longer)).toEqual({ code: "FLOW_MISMATCH", step: "callback" });
	});

	test.each(["google", "apple", "oidc"])("refuses an ID token that %s has not signed", async (id) => {
		expect(await problem(id, { fault: "signs with another's key" })).toEqual({
			code: "INVALID_ID_TOKEN",
			step: "id_token",
			cause: "signature verification failed",
			causeCode: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
		});
	});

	test.each(FAULTS)("gives up on a provider that %s", async (fault, said) => {
		const { causeCode, ...error } = await problem("github", { fault });
		expect(error).toEqual({ code: "FAILED_REQUEST", step: "token", ...said });
		expect(error.cause).not.toBe(TIMEOUT);
		await until(() => provider.pending === 0);
	});

	test.each(["hangs", "hangs amid its answer"])(
		"waits for a provider that %s as long as told",
		async (fault) => {
			expect(await problem("impatient", { fault })).toEqual({
				code: "FAILED_REQUEST",
				step: "token",
				cause: TIMEOUT,
			});
			await until(() => provider.pending === 0);
		},
	);

	test("follows no redirect, and logs no secret", async () => {
		expect(provider.requests.filter((request) => request.endsWith("/elsewhere"))).toEqual([]);
		const log = await app.stop();
		expect(log).toContain("FAILED_REQUEST");
		for (const secret of provider.secrets) expect(log).not.toContain(secret);
	});
});

describe("the oldest Node", () => {
	const { version, command } = runtimes[0] as Runtime;

	test("is the oldest that engines allow", () => {
		const node = version.replace("v", ">=").replace(".0.0", "");
		// The AT Protocol's own client asks for more.
		for (const { folder: name, manifest } of publicPackages())
			expect(manifest.engines, name).toEqual({ node: name === "bluesky" ? ">=22" : node });
	});

	test("loads every provider", () => {
		const names = providerPackages().map(({ manifest }) => manifest.name);
		const script = `for (const name of process.argv.slice(1)) {
			const { default: provider } = await import(name);
			await provider({}).startSignIn({ headers: {} }).catch(({ code }) => console.log(name, code));
		}`;
		const [file = ""] = command;
		const said = execFileSync(file, ["--input-type=module", "--eval", script, ...names], { cwd: folder });
		expect(said.toString()).toBe(names.map((name) => `${name} INVALID_CONFIG\n`).join(""));
	});
});
