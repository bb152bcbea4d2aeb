import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { failureOf } from "../../repo/src/secrets.ts";
import { type Loopback, sendJson, serve } from "../../repo/src/serve.ts";
import { callbackRequest } from "../../repo/src/sign-in.ts";
import { CLIENT, FakeProvider, type Recording } from "../../testing/dist/index.js";
import { type GitLabConfig, gitlab } from "../dist/index.js";

const recording: Recording = JSON.parse(readFileSync(new URL("./recording.json", import.meta.url), "utf8"));
const TOKEN = recording.token.answer;
const USER = recording.user["https://gitlab.com/api/v4/user"] as Record<string, unknown>;

let server: Loopback;
beforeEach(async () => {
	server = await serve({ "/oauth/token": TOKEN, "/api/v4/user": USER, "/oauth/revoke": {} });
});

/** A GitLab of one's own, at the test's address. */
function provider(config: Partial<GitLabConfig> = {}) {
	return gitlab({ ...CLIENT, baseUrl: server.url, ...config });
}

describe("the user's id", () => {
	test("is GitLab's number at gitlab.com, however its address is written", async () => {
		const fake = new FakeProvider(recording);
		await fake.start();
		onTestFinished(() => fake.stop());
		for (const baseUrl of [
			undefined,
			"https://gitlab.com",
			"https://GitLab.com/",
			"https://gitlab.com:443",
		]) {
			const subject = gitlab({ ...CLIENT, baseUrl, fetch: fake.fetch });
			const flow = await subject.startSignIn();
			const headers = { cookie: flow.cookie.split(";")[0] ?? "" };
			const session = await subject.handleCallback(new Request(fake.authorize(flow.url), { headers }));
			expect(session.providerUserId).toBe("4711");
		}
	});

	test("carries any other server: its user is not gitlab.com's", async () => {
		const idAt = async (baseUrl: string) => {
			const toServer: typeof fetch = (url, init) =>
				fetch(String(url).replace(/^.*?(?=\/oauth\/|\/api\/)/, server.url), init);
			return (await provider({ baseUrl, fetch: toServer }).validateCallback("code")).providerUserId;
		};
		expect(await idAt("https://gitlab.example.com")).toBe("4711@gitlab.example.com");
		expect(await idAt("https://GitLab.Example.com/")).toBe("4711@gitlab.example.com");
		expect(await idAt("https://example.com/gitlab/")).toBe("4711@example.com/gitlab");
		expect(await idAt("http://gitlab.com")).toBe("4711@http://gitlab.com");
	});
});

describe("the addresses", () => {
	test("are the server's own, with a relative root too", async () => {
		for (const root of ["", "/gitlab"]) {
			for (const path of ["/oauth/token", "/oauth/revoke"]) server.on(root + path, TOKEN);
			server.on(`${root}/api/v4/user`, USER);
			const subject = provider({ baseUrl: `${server.url}${root}/` });
			const { url } = await subject.startSignIn();
			expect(url).toMatch(new RegExp(`^${server.url}${root}/oauth/authorize\\?`));
			await subject.validateCallback("code");
			await subject.revokeToken("token-to-revoke");
			expect(server.requests.splice(0).map(({ method, path }) => `${method} ${path}`)).toEqual([
				`POST ${root}/oauth/token`,
				`GET ${root}/api/v4/user`,
				`POST ${root}/oauth/revoke`,
			]);
		}
	});

	test("that are none are a wrong setting", async () => {
		expect(
			await failureOf(provider({ baseUrl: "gitlab.example.com" }).startSignIn(), "INVALID_CONFIG"),
		).toHaveProperty("message", expect.stringContaining("endpoints.authorization"));
	});

	test("take the group whose single sign-on applies", async () => {
		const { url } = await provider().startSignIn({ params: { root_namespace_id: "42" } });
		expect(new URL(url).searchParams.get("root_namespace_id")).toBe("42");
	});
});

describe("the redirect URI", () => {
	test.each([undefined, "", "/login/gitlab/callback"])("%j is refused", async (redirectUri) => {
		const subject = provider({ redirectUri: redirectUri as string });
		expect(await failureOf(subject.startSignIn(), "INVALID_CONFIG")).toHaveProperty(
			"message",
			expect.stringContaining("redirectUri"),
		);
	});
});

describe("the e-mail address", () => {
	test("is the primary one, and verified once it is confirmed", async () => {
		const { profile } = await provider().validateCallback("code");
		expect(profile).toMatchObject({ email: "ada@example.com", emailVerified: true });
	});

	test("that is not confirmed is not verified", async () => {
		server.on("/api/v4/user", { ...USER, confirmed_at: null });
		const { profile } = await provider().validateCallback("code");
		expect(profile).toMatchObject({ email: "ada@example.com", emailVerified: false });
	});
});

describe("an account", () => {
	test.each(["blocked", "banned", "deactivated", "ldap_blocked", "blocked_pending_approval"])(
		"that is %s does not sign in",
		async (state) => {
			server.on("/api/v4/user", { ...USER, state });
			const error = await failureOf(provider().validateCallback("code"), "FAILED_REQUEST");
			expect(error).toMatchObject({ provider: "gitlab", step: "user" });
			expect(error.message).toContain("state");
		},
	);

	test("that GitLab refuses says so, in the API's own form of an error", async () => {
		server.on("/api/v4/user", (_: unknown, response: ServerResponse) =>
			sendJson(response, 401, { message: "401 Unauthorized" }),
		);
		const error = await failureOf(provider().validateCallback("code"), "FAILED_REQUEST");
		expect(error).toMatchObject({
			step: "user",
			status: 401,
			providerErrorDescription: "401 Unauthorized",
		});
		expect(error).not.toHaveProperty("providerError");
	});

	test("that is locked for wrong passwords signs in, and says so", async () => {
		server.on("/api/v4/user", { ...USER, locked: true });
		expect((await provider().validateCallback("code")).providerUser.locked).toBe(true);
	});

	test("without a picture or a language says neither", async () => {
		server.on("/api/v4/user", { ...USER, avatar_url: null, preferred_language: null });
		const { profile } = await provider().validateCallback("code");
		expect(profile).not.toHaveProperty("picture");
		expect(profile).not.toHaveProperty("locale");
	});
});

describe("iss", () => {
	test("need not be there, and has to be the server's", async () => {
		const callback = async (iss?: string) =>
			provider().handleCallback(callbackRequest(await provider().startSignIn(), { iss }));
		expect(await callback()).toMatchObject({ providerUser: USER });
		expect(await callback(server.url)).toMatchObject({ providerUser: USER });
		await failureOf(callback("https://gitlab.com"), "ISSUER_MISMATCH");
	});
});

describe("the access token", () => {
	test("lives for two hours, and is sent in the header alone", async () => {
		const before = Date.now();
		const { tokens } = await provider().validateCallback("code");
		expect(tokens.expiresAt?.getTime()).toBeGreaterThanOrEqual(before + 7_200_000);
		const [, user] = server.requests;
		expect(user?.headers.authorization).toBe(`Bearer ${TOKEN.access_token}`);
		expect([...(user?.query ?? [])]).toEqual([]);
	});
});
