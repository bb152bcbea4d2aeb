import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { providerPackages, publicPackages } from "../../repo/src/workspace.ts";
import { authorize, type Changes, send, sendAndLeave, signIn } from "../src/browser.ts";
import { install } from "../src/install.ts";
import { type Provider, startProvider } from "../src/provider.ts";
import {
	GITHUB_TOKEN_URL,
	GITHUB_USER_URL,
	GOOGLE_KEYS_URL,
	GOOGLE_TOKEN_URL,
	recordings,
} from "../src/recordings.ts";
import { type Runtime, runtimes } from "../src/runtimes.ts";
import { type App, start } from "../src/start.ts";

let provider: Provider;
let folder: string;
beforeAll(async () => {
	provider = await startProvider();
	folder = mkdtempSync(join(tmpdir(), "oauth-runtimes-"));
	await install(folder, provider.settings);
});
afterAll(async () => {
	await provider?.stop();
	rmSync(folder, { recursive: true, force: true });
});

const { github, google, apple, oidc } = recordings;

const PROFILES = {
	github: github.profile,
	google: google.profile,
	apple: apple.profile,
	oidc: { ...oidc.profile, id: expect.stringMatching(/^248289761001@http:\/\/127\.0\.0\.1:\d+\/oidc$/) },
};

/** The faults of the token endpoint, each with the error that follows. */
const FAULTS: [string, object][] = [
	["responds with 500", { status: 500 }],
	["redirects with 302", { status: 302 }],
	["redirects with 307", { status: 307 }],
	["responds with HTML", { status: 200 }],
	["sends an endless body", { cause: "the body has more than 1 MiB" }],
	["sends 10 MiB, compressed", { cause: "the body has more than 1 MiB" }],
	// Each runtime words this error differently.
	["resets the connection", { cause: expect.any(String) }],
	["resets the connection in the middle of the body", { cause: expect.any(String) }],
];

const TIMEOUT = "no response within 0.2 s";

const until = (done: () => boolean | Promise<boolean>) => vi.waitUntil(done, { timeout: 20_000 });

/** Delays the responses at a URL until they are released, at the end of the test at the latest. */
function hold(url: string): () => void {
	let resolve = () => {};
	const released = new Promise<void>((fulfil) => {
		resolve = fulfil;
	});
	const release = () => {
		provider.holds.delete(url);
		resolve();
	};
	provider.holds.set(url, released);
	onTestFinished(release);
	return release;
}

describe.each(runtimes)("$name", ({ name, version, command, endsWithClient }) => {
	let app: App;
	beforeAll(async () => {
		provider.requests.length = 0;
		app = await start(command, folder);
	});
	afterAll(() => app?.stop());

	/** Signs in, and returns the error that the app reports. */
	async function problem(id: string, changes: Changes) {
		const { status, json } = await signIn(app.url, id, changes);
		expect(status).toBe(400);
		return json;
	}

	test(`${name} has the expected version`, () => {
		const [file = ""] = command;
		expect(execFileSync(file, ["--version"]).toString()).toMatch(version);
	});

	test.each(Object.entries(PROFILES))(`an app on ${name} signs in with %s`, async (id, profile) => {
		const { cookies, json } = await signIn(app.url, id);
		const user = { number: expect.any(Number), name: profile.name };
		const scope = ["a", "b"];
		expect(json).toEqual({ isNew: true, user, profile, scope, redirectTo: "/inbox?tab=2" });
		expect(cookies).toEqual([expect.stringMatching(`^__Host-oauth\\.${id}\\.[^=]+=; Path=/; Max-Age=0;`)]);
		expect((await signIn(app.url, id)).json).toMatchObject({ isNew: false, user: json.user });
	});

	test.each(Object.keys(PROFILES))(`an app on ${name} refreshes and revokes tokens of %s`, async (id) => {
		await signIn(app.url, id);
		expect((await send(`${app.url}/${id}/refresh`)).json).toEqual({ inAnHour: true });
		expect((await send(`${app.url}/${id}/revoke`)).json).toEqual({});
		// A token can be revoked once.
		expect((await send(`${app.url}/${id}/revoke`)).json).toMatchObject({
			code: "FAILED_REQUEST",
			step: "revocation",
			status: 400,
			providerError: "invalid_request",
		});
	});

	test(`a vault on ${name} keeps the tokens of a sign-in, and calls an API with them`, async () => {
		await signIn(app.url, "github");
		const { login } = Object(github.user[GITHUB_USER_URL]);
		expect((await send(`${app.url}/github/api`)).json).toEqual({ login });
		// A GET is repeated, and a connection that breaks in the middle of a body is an error like any other.
		provider.faultsOnce.set(GITHUB_USER_URL, "resets the connection in the middle of the body");
		expect((await send(`${app.url}/github/api`)).json).toEqual({ login });
	});

	test(`handleCallback on ${name} does not redeem the code of a prefetch`, async () => {
		const request = await authorize(app.url, "github");
		const prefetch = new Request(request, { headers: { "sec-purpose": "prefetch" } });
		prefetch.headers.set("cookie", request.headers.get("cookie") ?? "");
		const before = provider.requests.length;
		expect((await send(prefetch)).json).toEqual({ code: "NOT_A_NAVIGATION", step: "callback" });
		expect(provider.requests).toHaveLength(before);
		expect((await send(request)).json).toMatchObject({ profile: PROFILES.github });
	});

	test.each(["responds with 401", "responds with 503", "resets the connection"])(
		`handleCallback on ${name} repeats the request for the user, but not for the tokens, when the provider %s`,
		async (fault) => {
			const before = provider.requests.length;
			provider.faultsOnce.set(GITHUB_USER_URL, fault);
			expect((await signIn(app.url, "github")).json).toMatchObject({ profile: PROFILES.github });
			const sent = provider.requests.slice(before);
			expect(sent.filter((request) => request === `POST ${GITHUB_TOKEN_URL}`)).toHaveLength(1);
			expect(sent.filter((request) => request === `GET ${GITHUB_USER_URL}`)).toHaveLength(2);
		},
	);

	test(`refreshTokens on ${name} sends one request for two calls at once`, async () => {
		await signIn(app.url, "github");
		const before = provider.requests.length;
		const release = hold(GITHUB_TOKEN_URL);
		const responses = [1, 2].map(() => send(`${app.url}/github/refresh`));
		await until(async () => (await send(`${app.url}/github/refreshing`)).json === 2);
		release();
		for (const { json } of await Promise.all(responses)) expect(json).toEqual({ inAnHour: true });
		expect(provider.requests.slice(before)).toEqual([`POST ${GITHUB_TOKEN_URL}`]);
	});

	/** The response to a refresh with the same token after the caller of the first refresh has gone. */
	const REFRESHED = endsWithClient ? { code: "FAILED_REQUEST", step: "refresh" } : { inAnHour: true };

	test(`refreshTokens on ${name} sends no second request while the first is under way, after its caller timed out`, async () => {
		await signIn(app.url, "impatient");
		const before = provider.requests.length;
		const release = hold(GITHUB_TOKEN_URL);
		const refresh = () => send(`${app.url}/impatient/refresh`);
		expect((await refresh()).json).toMatchObject({ code: "FAILED_REQUEST", step: "refresh" });
		const next = refresh();
		release();
		expect((await next).json).toMatchObject(REFRESHED);
		expect(provider.requests.slice(before)).toEqual([`POST ${GITHUB_TOKEN_URL}`]);
	});

	describe("a client that goes away", () => {
		/** Sends a request, and goes away while the provider delays its response at a URL. */
		async function leave(request: Request, url: string): Promise<() => void> {
			const before = provider.requests.length;
			const release = hold(url);
			await sendAndLeave(request, () =>
				until(() => provider.requests.slice(before).some((entry) => entry.endsWith(url))),
			);
			if (endsWithClient) await until(() => provider.pending === 0);
			provider.holds.delete(url);
			return release;
		}

		// Providers take a refresh token that is used twice for stolen. So a refresh that was cancelled is not repeated.
		test(`refreshTokens on ${name} settles without a second request after the first caller went away`, async () => {
			await signIn(app.url, "google");
			const before = provider.requests.length;
			const refresh = new Request(`${app.url}/google/refresh`);
			const release = await leave(refresh, GOOGLE_TOKEN_URL);
			const next = send(refresh);
			// The cancelled refresh counts as under way, unless the runtime rejects the next one at once.
			let isSettled = false;
			next.then(() => {
				isSettled = true;
			});
			await until(async () => isSettled || (await send(`${app.url}/google/refreshing`)).json === 2);
			release();
			expect((await next).json).toMatchObject(REFRESHED);
			expect(provider.requests.slice(before)).toEqual([`POST ${GOOGLE_TOKEN_URL}`]);
		});

		test(`handleCallback on ${name} fetches new keys after a callback whose client went away`, async () => {
			await signIn(app.url, "google");
			await provider.rotateKeys();
			const release = await leave(await authorize(app.url, "google"), GOOGLE_KEYS_URL);
			const next = signIn(app.url, "google");
			release();
			expect((await next).json).toMatchObject({ profile: PROFILES.google });
		});
	});

	test(`handleCallback on ${name} refuses another state`, async () => {
		const other = { changeState: (state: string) => `x${state}` };
		expect(await problem("github", other)).toEqual({ code: "FLOW_MISSING", step: "callback" });
		const longer = { changeState: (state: string) => `${state}x` };
		expect(await problem("github", longer)).toEqual({ code: "FLOW_MISMATCH", step: "callback" });
		expect(await problem("apple", longer)).toEqual({ code: "FLOW_MISMATCH", step: "callback" });
	});

	test.each(["google", "apple", "oidc"])(
		`handleCallback on ${name} refuses an ID token that %s did not sign`,
		async (id) => {
			expect(await problem(id, { fault: "signs with another's key" })).toEqual({
				code: "INVALID_ID_TOKEN",
				step: "id_token",
				cause: "signature verification failed",
				causeCode: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
			});
		},
	);

	test.each(FAULTS)(`handleCallback on ${name} fails when the token endpoint %s`, async (fault, expected) => {
		const { causeCode, ...error } = await problem("github", { fault });
		expect(error).toEqual({ code: "FAILED_REQUEST", step: "token", ...expected });
		expect(error.cause).not.toBe(TIMEOUT);
		await until(() => provider.pending === 0);
	});

	test.each(["hangs", "hangs in the middle of the body"])(
		`handleCallback on ${name} times out when the token endpoint %s`,
		async (fault) => {
			expect(await problem("impatient", { fault })).toEqual({
				code: "FAILED_REQUEST",
				step: "token",
				cause: TIMEOUT,
			});
			await until(() => provider.pending === 0);
		},
	);

	test(`an app on ${name} follows no redirect, and logs no secret`, async () => {
		expect(provider.requests.filter((request) => request.endsWith("/elsewhere"))).toEqual([]);
		const log = await app.stop();
		expect(log).toContain("FAILED_REQUEST");
		for (const secret of provider.secrets) expect(log).not.toContain(secret);
	});
});

describe("the oldest Node", () => {
	const { version, command } = runtimes[0] as Runtime;

	test("the oldest tested Node is the oldest one that engines allow", () => {
		const node = version.replace("v", ">=").replace(".0.0", "");
		// The AT Protocol's own client needs a newer one.
		for (const { folder: name, manifest } of publicPackages())
			expect(manifest.engines, name).toEqual({ node: name === "bluesky" ? ">=22" : node });
	});

	test("the oldest Node loads every provider", () => {
		const names = providerPackages().map(({ manifest }) => manifest.name);
		const script = `for (const name of process.argv.slice(1)) {
			const { default: provider } = await import(name);
			await provider({}).startSignIn({ headers: {} }).catch(({ code }) => console.log(name, code));
		}`;
		const [file = ""] = command;
		const output = execFileSync(file, ["--input-type=module", "--eval", script, ...names], { cwd: folder });
		expect(output.toString()).toBe(names.map((name) => `${name} INVALID_CONFIG\n`).join(""));
	});
});
