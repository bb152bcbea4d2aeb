import type { ServerResponse } from "node:http";
import { beforeEach, describe, expect, test } from "vitest";
import { ADA, CLIENT, defineAcme, TOKEN_ANSWER } from "../../repo/src/acme.ts";
import { expectNoSecrets, failureOf } from "../../repo/src/secrets.ts";
import { type Loopback, sendJson, serve } from "../../repo/src/serve.ts";

let server: Loopback;
beforeEach(async () => {
	server = await serve({ "/token": TOKEN_ANSWER, "/user": ADA, "/revoke": {} });
});

function secondsFromNow(date: Date | undefined): number {
	return Math.round(((date?.getTime() ?? Number.NaN) - Date.now()) / 1000);
}

describe("tokens", () => {
	test("have dates in place of seconds, and the scopes as granted", async () => {
		const { tokens } = await defineAcme(server.url)(CLIENT).validateCallback("code");
		expect(tokens).toEqual({
			accessToken: TOKEN_ANSWER.access_token,
			tokenType: "Bearer",
			expiresAt: expect.any(Date),
			refreshToken: TOKEN_ANSWER.refresh_token,
			scope: ["profile", "email"],
			raw: TOKEN_ANSWER,
		});
		expect(secondsFromNow(tokens.expiresAt)).toBeCloseTo(3600, -1);
	});

	test("are read from text, commas and the bare minimum too", async () => {
		server.on("/token", {
			access_token: "a",
			expires_in: "60",
			refresh_token_expires_in: 120,
			scope: "read:user,user:email",
			id_token: "x.y.z",
		});
		const { tokens } = await defineAcme(server.url)(CLIENT).validateCallback("code");
		expect(tokens).toMatchObject({
			tokenType: "Bearer",
			scope: ["read:user", "user:email"],
			idToken: "x.y.z",
		});
		expect(secondsFromNow(tokens.expiresAt)).toBeCloseTo(60, -1);
		expect(secondsFromNow(tokens.refreshTokenExpiresAt)).toBeCloseTo(120, -1);
		server.on("/token", { access_token: "a", refresh_expires_in: 1800 });
		const { refreshTokenExpiresAt } = (await defineAcme(server.url)(CLIENT).validateCallback("code")).tokens;
		expect(secondsFromNow(refreshTokenExpiresAt)).toBeCloseTo(1800, -1);
		server.on("/token", { access_token: "a", scope: ["user:read:email", "openid"] });
		const listed = await defineAcme(server.url)(CLIENT).validateCallback("code");
		expect(listed.tokens.scope).toEqual(["user:read:email", "openid"]);
		server.on("/token", {
			access_token: "a",
			expires_in: "soon",
			refresh_token: null,
			scope: 7,
			token_type: null,
		});
		const bare = await defineAcme(server.url)(CLIENT).validateCallback("code");
		expect(Object.keys(bare.tokens).sort()).toEqual(["accessToken", "raw", "tokenType"]);
	});
});

describe("client authentication", () => {
	test("by client_secret_basic survives every letter", async () => {
		const odd = { clientId: "id:with colon", clientSecret: "p%ß+ /=?'()*!~é" };
		await defineAcme(server.url, { clientAuth: "client_secret_basic" })({
			...CLIENT,
			...odd,
		}).validateCallback("code");
		const [request] = server.requests;
		const [id, secret, ...rest] = Buffer.from(
			request?.headers.authorization?.replace("Basic ", "") ?? "",
			"base64",
		)
			.toString()
			.split(":");
		const decode = (text = "") => new URLSearchParams(`x=${text}`).get("x");
		expect([decode(id), decode(secret), rest]).toEqual([odd.clientId, odd.clientSecret, []]);
		expect(request?.form).not.toHaveProperty("client_secret");
		expect(request?.form).not.toHaveProperty("client_id");
	});

	test("by none sends the id alone", async () => {
		await defineAcme(server.url, { clientAuth: "none" })(CLIENT).validateCallback("code");
		expect(server.requests[0]?.form).toMatchObject({ client_id: CLIENT.clientId });
		expect(server.requests[0]?.body).not.toContain("client_secret");
	});
});

describe("a client secret that is made anew", () => {
	const { clientSecret: _, ...withoutSecret } = CLIENT;

	test("takes the place of the config's, in every request that needs one", async () => {
		let made = 0;
		const provider = defineAcme(server.url, {
			createClientSecret: async ({ clientId }) => `${clientId}-signed-${++made}`,
		});
		const acme = provider({ ...withoutSecret, clientSecret: "" });
		await acme.validateCallback("code");
		await acme.revokeToken("token");
		const sent = server.requests.filter(({ path }) => path !== "/user").map(({ form }) => form.client_secret);
		expect(sent).toEqual([`${CLIENT.clientId}-signed-1`, `${CLIENT.clientId}-signed-2`]);
	});

	test("is kept out of errors like any other", async () => {
		server.on("/token", ({ form }: { form: Record<string, string> }, response: ServerResponse) =>
			sendJson(response, 400, { error: "invalid_client", error_description: `no ${form.client_secret}` }),
		);
		const provider = defineAcme(server.url, { createClientSecret: async () => "header.claims.signature" });
		const error = await failureOf(
			provider({ ...withoutSecret, clientSecret: "" }).validateCallback("code"),
			"FAILED_REQUEST",
		);
		expectNoSecrets(error, ["header.claims.signature"]);
	});

	test("is not made for a request on the person's behalf", async () => {
		let made = 0;
		const createClientSecret = async () => `secret-${++made}`;
		await defineAcme(server.url, { createClientSecret })(CLIENT).validateCallback("code");
		expect(made).toBe(1);
		expect(server.requests.at(-1)?.path).toBe("/user");
	});
});

test("the client id goes by the provider's own word for it", async () => {
	const provider = defineAcme(server.url, { clientIdParam: "client_key" })(CLIENT);
	const { searchParams } = new URL((await provider.startSignIn()).url);
	expect([searchParams.get("client_key"), searchParams.has("client_id")]).toEqual([CLIENT.clientId, false]);
	await provider.validateCallback("code");
	expect(server.requests[0]?.form).toMatchObject({ client_key: CLIENT.clientId });
	expect(server.requests[0]?.form).not.toHaveProperty("client_id");
	expect(() => provider.getAuthorizationUrl({ params: { client_key: "other" } })).toThrow(
		expect.objectContaining({ code: "INVALID_CONFIG" }),
	);
});

describe("refreshTokens", () => {
	test("gives fresh tokens, and the new refresh token where one comes", async () => {
		const tokens = await defineAcme(server.url)(CLIENT).refreshTokens("old-refresh-token");
		expect(tokens).toMatchObject({
			accessToken: TOKEN_ANSWER.access_token,
			refreshToken: TOKEN_ANSWER.refresh_token,
		});
		expect(server.requests.map(({ form }) => form)).toEqual([
			{
				grant_type: "refresh_token",
				refresh_token: "old-refresh-token",
				client_id: CLIENT.clientId,
				client_secret: CLIENT.clientSecret,
			},
		]);
	});

	test("keeps the old refresh token where none comes", async () => {
		server.on("/token", { access_token: "fresh" });
		expect(await defineAcme(server.url)(CLIENT).refreshTokens("old-refresh-token")).toMatchObject({
			accessToken: "fresh",
			refreshToken: "old-refresh-token",
		});
	});

	test("asks once for calls at the same time, and again afterwards", async () => {
		const provider = () => defineAcme(server.url)(CLIENT);
		const answers = await Promise.all([1, 2, 3].map(() => provider().refreshTokens("old-refresh-token")));
		expect(new Set(answers.map(({ accessToken }) => accessToken)).size).toBe(1);
		expect(server.requests).toHaveLength(1);
		await Promise.all([
			provider().refreshTokens("old-refresh-token"),
			provider().refreshTokens("another-token"),
		]);
		expect(server.requests).toHaveLength(3);
		const other = defineAcme(server.url)({ ...CLIENT, clientId: "other-client" });
		await Promise.all([
			provider().refreshTokens("old-refresh-token"),
			other.refreshTokens("old-refresh-token"),
		]);
		expect(server.requests).toHaveLength(5);
	});

	test("that fails for one call fails for all, and is tried again by the next", async () => {
		const provider = defineAcme(server.url)(CLIENT);
		server.on("/token", (_: unknown, response: ServerResponse) => sendJson(response, 503, {}));
		const calls = [1, 2].map(() => failureOf(provider.refreshTokens("old-refresh-token"), "FAILED_REQUEST"));
		await Promise.all(calls);
		server.on("/token", TOKEN_ANSWER);
		expect(await provider.refreshTokens("old-refresh-token")).toMatchObject({
			accessToken: TOKEN_ANSWER.access_token,
		});
		expect(server.requests).toHaveLength(2);
	});

	test("of a token that is no longer good says so, and not which", async () => {
		server.on("/token", (_: unknown, response: ServerResponse) =>
			sendJson(response, 400, {
				error: "invalid_grant",
				error_description: "old-refresh-token has been revoked",
			}),
		);
		const error = await failureOf(
			defineAcme(server.url)(CLIENT).refreshTokens("old-refresh-token"),
			"FAILED_REQUEST",
		);
		expect(error).toMatchObject({ step: "refresh", status: 400, providerError: "invalid_grant" });
		expectNoSecrets(error, ["old-refresh-token", CLIENT.clientSecret]);
	});

	test("is NOT_SUPPORTED where there are no refresh tokens", async () => {
		const provider = defineAcme(server.url, { refresh: false })(CLIENT);
		expect(await failureOf(provider.refreshTokens("token"), "NOT_SUPPORTED")).toMatchObject({
			step: "refresh",
		});
		expect(server.requests).toEqual([]);
	});
});

describe("revokeToken", () => {
	test("asks as RFC 7009 says", async () => {
		server.on("/revoke", (_: unknown, response: ServerResponse) => response.end());
		await defineAcme(server.url)(CLIENT).revokeToken("token-to-revoke");
		expect(server.requests).toMatchObject([
			{
				method: "POST",
				path: "/revoke",
				form: { token: "token-to-revoke", client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret },
			},
		]);
	});

	test("that is refused says so, and not which token", async () => {
		server.on("/revoke", (_: unknown, response: ServerResponse) =>
			sendJson(response, 503, { error: "token-to-revoke", message: "try token-to-revoke again" }),
		);
		const error = await failureOf(
			defineAcme(server.url)(CLIENT).revokeToken("token-to-revoke"),
			"FAILED_REQUEST",
		);
		expect(error).toMatchObject({
			step: "revocation",
			status: 503,
			providerErrorDescription: "[withheld: it repeats a secret]",
		});
		expectNoSecrets(error, ["token-to-revoke", CLIENT.clientSecret]);
	});

	test.each(["", "ok", "<p>done</p>", "{}", '{"ok":true}', "null"])(
		"that is answered with %j is done",
		async (body) => {
			server.on("/revoke", (_: unknown, response: ServerResponse) => response.end(body));
			expect(await defineAcme(server.url)(CLIENT).revokeToken("token-to-revoke")).toBeUndefined();
		},
	);

	test("that fails with status 200 has failed", async () => {
		server.on("/revoke", { error: "invalid_request", error_description: "token-to-revoke is not valid" });
		const error = await failureOf(
			defineAcme(server.url)(CLIENT).revokeToken("token-to-revoke"),
			"FAILED_REQUEST",
		);
		expect(error).toMatchObject({ step: "revocation", status: 200, providerError: "invalid_request" });
		expectNoSecrets(error, ["token-to-revoke"]);
	});

	test("is NOT_SUPPORTED where there is no such endpoint", async () => {
		const endpoints = {
			authorization: `${server.url}/authorize`,
			token: `${server.url}/token`,
			user: `${server.url}/user`,
		};
		const provider = defineAcme(server.url, { endpoints })(CLIENT);
		expect(await failureOf(provider.revokeToken("token"), "NOT_SUPPORTED")).toMatchObject({
			step: "revocation",
		});
	});
});
