import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { beforeEach, describe, expect, test } from "vitest";
import { expectNoSecrets, failureOf } from "../../repo/src/secrets.ts";
import { type Loopback, sendJson, serve } from "../../repo/src/serve.ts";
import { callbackRequest } from "../../repo/src/sign-in.ts";
import { CLIENT, type Recording } from "../../testing/dist/index.js";
import {
	type MastodonAppSettings,
	type MastodonConfig,
	mastodon,
	registerMastodonApp,
} from "../dist/index.js";

const recording: Recording = JSON.parse(readFileSync(new URL("./recording.json", import.meta.url), "utf8"));
const TOKEN = recording.token.answer;
const USER = recording.user["https://mastodon.example/api/v1/accounts/verify_credentials"] as Record<
	string,
	unknown
>;

/** @see https://docs.joinmastodon.org/entities/Application/#CredentialApplication */
const APP = {
	id: "563419",
	name: "Example",
	website: "https://app.example",
	scopes: ["read:accounts"],
	redirect_uris: [CLIENT.redirectUri],
	client_id: "TWhM-client-id-of-this-server",
	client_secret: "ZEaF-client-secret-of-this-server",
	client_secret_expires_at: 0,
};

let server: Loopback;
beforeEach(async () => {
	server = await serve({
		"/oauth/token": TOKEN,
		"/api/v1/accounts/verify_credentials": USER,
		"/api/v1/apps": APP,
	});
});

function provider(config: Partial<MastodonConfig> = {}) {
	return mastodon({ ...CLIENT, baseUrl: server.url, ...config });
}

/** Every host is the test's server. */
const toServer: typeof fetch = (url, init) => fetch(server.url + new URL(String(url)).pathname, init);

describe("the user's id", () => {
	test("carries the server, always in one spelling", async () => {
		const idAt = async (baseUrl: string) =>
			(await provider({ baseUrl, fetch: toServer }).validateCallback("code")).providerUserId;
		for (const baseUrl of [
			"https://mastodon.social",
			"https://mastodon.social/",
			"https://Mastodon.Social:443",
			"https://mastodon.social/@ada",
		])
			expect(await idAt(baseUrl)).toBe("110000000000000001@mastodon.social");
		expect(await idAt("https://mastodon.example")).toBe("110000000000000001@mastodon.example");
		expect(await idAt("https://mastodon.social:8443")).toBe("110000000000000001@mastodon.social:8443");
		expect(await idAt("http://mastodon.social")).toBe("110000000000000001@http://mastodon.social");
		expect(await idAt("https://mastodon.social@evil.example")).toBe("110000000000000001@evil.example");
	});

	test("can't be one of another server, whatever the server says", async () => {
		server.on("/api/v1/accounts/verify_credentials", { ...USER, id: "1@mastodon.social" });
		const { providerUserId } = await provider({
			baseUrl: "https://evil.example",
			fetch: toServer,
		}).validateCallback("code");
		expect(providerUserId).toBe("1@mastodon.social@evil.example");
	});
});

describe("the server", () => {
	test.each([undefined, "", "mastodon.social", "mastodon.social:443", "ftp://mastodon.social"])(
		"%j is refused",
		async (baseUrl) => {
			const config = { baseUrl: baseUrl as string };
			const outcomes = [
				provider(config).startSignIn(),
				registerMastodonApp({ ...config, name: "Example", redirectUri: CLIENT.redirectUri }),
			];
			for (const outcome of outcomes)
				expect((await failureOf(outcome, "INVALID_CONFIG")).message).toContain("baseUrl");
		},
	);

	test("is asked at its own addresses", async () => {
		const { url } = await provider().startSignIn({ params: { force_login: "true", lang: "de" } });
		expect(url).toMatch(new RegExp(`^${server.url}/oauth/authorize\\?`));
		expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({ force_login: "true", lang: "de" });
		await provider().validateCallback("code");
		expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
			"POST /oauth/token",
			"GET /api/v1/accounts/verify_credentials",
		]);
	});

	test("may say who it is, and has to be right: with a slash at the end", async () => {
		const callback = async (iss?: string) =>
			provider().handleCallback(callbackRequest(await provider().startSignIn(), { iss }));
		expect(await callback()).toMatchObject({ providerUser: USER });
		expect(await callback(`${server.url}/`)).toMatchObject({ providerUser: USER });
		await failureOf(callback("https://mastodon.social/"), "ISSUER_MISMATCH");
	});

	test("does not finish what another began", async () => {
		const flow = await provider({ baseUrl: "https://mastodon.social" }).startSignIn();
		await failureOf(provider().handleCallback(callbackRequest(flow)), "FLOW_MISMATCH");
		expect(server.requests).toEqual([]);
	});
});

describe("the redirect URI", () => {
	test.each([undefined, "", "/login/mastodon/callback"])("%j is refused", async (redirectUri) => {
		const subject = provider({ redirectUri: redirectUri as string });
		expect((await failureOf(subject.startSignIn(), "INVALID_CONFIG")).message).toContain("redirectUri");
	});
});

describe("a profile", () => {
	test("whose display name is empty has the user name for a name", async () => {
		server.on("/api/v1/accounts/verify_credentials", { ...USER, display_name: "" });
		expect((await provider().validateCallback("code")).profile).toMatchObject({
			username: "ada",
			name: "ada",
		});
	});
});

describe("the access token", () => {
	test("has no end and no refresh token", async () => {
		const { tokens } = await provider().validateCallback("code");
		expect(tokens).not.toHaveProperty("expiresAt");
		expect(tokens).not.toHaveProperty("refreshToken");
	});

	test("that is another app's can't be revoked", async () => {
		server.on("/oauth/revoke", (_: unknown, response: ServerResponse) =>
			sendJson(response, 403, {
				error: "unauthorized_client",
				error_description: "You are not authorized to revoke this token",
			}),
		);
		const error = await failureOf(provider().revokeToken("token-of-another-app"), "FAILED_REQUEST");
		expect(error).toMatchObject({ step: "revocation", status: 403, providerError: "unauthorized_client" });
		expectNoSecrets(error, ["token-of-another-app", CLIENT.clientSecret]);
	});
});

describe("registering an app", () => {
	const register = (settings: Partial<MastodonAppSettings> = {}) =>
		registerMastodonApp({
			baseUrl: `${server.url}/`,
			name: "Example",
			redirectUri: CLIENT.redirectUri,
			...settings,
		});

	test("gives what the config needs, with which a sign-in begins", async () => {
		const app = await register({ website: "https://app.example" });
		expect(app).toEqual({
			baseUrl: server.url,
			clientId: APP.client_id,
			clientSecret: APP.client_secret,
		});
		expect(server.requests).toMatchObject([
			{
				method: "POST",
				path: "/api/v1/apps",
				form: {
					client_name: "Example",
					redirect_uris: CLIENT.redirectUri,
					scopes: "read:accounts",
					website: "https://app.example",
				},
			},
		]);
		expect(server.requests[0]?.headers).not.toHaveProperty("authorization");
		const { url } = await mastodon({ ...app, redirectUri: CLIENT.redirectUri }).startSignIn();
		expect(new URL(url).searchParams.get("client_id")).toBe(APP.client_id);
	});

	test("asks for every scope that a sign-in will", async () => {
		const scope = ["read:statuses", "write:statuses"];
		await register({ scope });
		const { url } = await provider({ scope }).startSignIn();
		expect(server.requests[0]?.form.scopes).toBe("read:accounts read:statuses write:statuses");
		expect(new URL(url).searchParams.get("scope")).toBe("read:accounts read:statuses write:statuses");
	});

	test("goes through the app's own fetch", async () => {
		const asked: string[] = [];
		await register({
			baseUrl: "https://mastodon.social",
			fetch: (url, init) => {
				asked.push(String(url));
				return toServer(url, init);
			},
		});
		expect(asked).toEqual(["https://mastodon.social/api/v1/apps"]);
	});

	// The usual time is longer than the test's.
	test("ends in the app's own time", { timeout: 5_000 }, async () => {
		server.on("/api/v1/apps", () => {});
		await failureOf(register({ timeout: 1 }), "FAILED_REQUEST");
	});

	test("that the server refuses says why", async () => {
		server.on("/api/v1/apps", (_: unknown, response: ServerResponse) =>
			sendJson(response, 422, { error: "Validation failed: Redirect URI must be an absolute URI." }),
		);
		expect(await failureOf(register(), "FAILED_REQUEST")).toMatchObject({
			provider: "mastodon",
			step: "config",
			status: 422,
			providerError: "Validation failed: Redirect URI must be an absolute URI.",
		});
	});

	test.each([
		{},
		{ client_id: APP.client_id },
		{ ...APP, client_id: 1 },
		{ ...APP, client_secret: "" },
		null,
	])("that is answered with nonsense fails (%j)", async (answer) => {
		server.on("/api/v1/apps", (_: unknown, response: ServerResponse) => sendJson(response, 200, answer));
		const error = await failureOf(register(), "FAILED_REQUEST");
		expect(error).toMatchObject({ status: 200 });
		expect(error).not.toHaveProperty("cause");
		expectNoSecrets(error, [APP.client_secret]);
	});
});
