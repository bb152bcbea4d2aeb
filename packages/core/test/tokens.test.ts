import { ADA, CLIENT, defineAcme, TOKEN_RESPONSE } from "@oauth/test-kit/acme";
import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import { type Loopback, type ReceivedRequest, sendJson, serve } from "@oauth/test-kit/loopback";
import { callbackRequest, loginRequest, readFlow } from "@oauth/test-kit/sign-in";
import { beforeEach, describe, expect, test } from "vitest";

let server: Loopback;
beforeEach(async () => {
	server = await serve({ "/token": TOKEN_RESPONSE, "/user": ADA, "/revoke": {} });
});

function secondsFromNow(date: Date | undefined): number {
	return Math.round(((date?.getTime() ?? Number.NaN) - Date.now()) / 1000);
}

describe("tokens", () => {
	test("tokens have dates in place of seconds, and the scopes as granted", async () => {
		const { tokens } = await defineAcme(server.url)(CLIENT).validateCallback("code");
		expect(tokens).toEqual({
			accessToken: TOKEN_RESPONSE.access_token,
			tokenType: "Bearer",
			expiresAt: expect.any(Date),
			refreshToken: TOKEN_RESPONSE.refresh_token,
			scope: ["profile", "email"],
			raw: TOKEN_RESPONSE,
		});
		expect(secondsFromNow(tokens.expiresAt)).toBeCloseTo(3600, -1);
	});

	test("tokens are read from numbers as text, from scopes in any form and from the bare minimum", async () => {
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
	test("client_secret_basic keeps every character, and a space is %20", async () => {
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
		expect(secret).toContain("%20");
		expect(secret).not.toContain("+");
		expect(decodeURIComponent(secret ?? "")).toBe(odd.clientSecret);
		expect(request?.form).not.toHaveProperty("client_secret");
		expect(request?.form).not.toHaveProperty("client_id");
	});

	test("the client authentication none sends the client id alone", async () => {
		await defineAcme(server.url, { clientAuth: "none" })(CLIENT).validateCallback("code");
		expect(server.requests[0]?.form).toMatchObject({ client_id: CLIENT.clientId });
		expect(server.requests[0]?.body).not.toContain("client_secret");
	});
});

describe("createClientSecret", () => {
	const { clientSecret: _, ...withoutSecret } = CLIENT;

	test("createClientSecret makes the secret of every request that needs one, in place of the config's", async () => {
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

	test("a secret from createClientSecret is kept out of errors", async () => {
		server.on("/token", ({ form }: ReceivedRequest, response) =>
			sendJson(response, 400, { error: "invalid_client", error_description: `no ${form.client_secret}` }),
		);
		const provider = defineAcme(server.url, { createClientSecret: async () => "header.claims.signature" });
		const error = await failureOf(
			provider({ ...withoutSecret, clientSecret: "" }).validateCallback("code"),
			"FAILED_REQUEST",
		);
		expectNoSecrets(error, ["header.claims.signature"]);
	});

	test("createClientSecret is not called for a request on the user's behalf", async () => {
		let made = 0;
		const createClientSecret = async () => `secret-${++made}`;
		await defineAcme(server.url, { createClientSecret })(CLIENT).validateCallback("code");
		expect(made).toBe(1);
		expect(server.requests.at(-1)?.path).toBe("/user");
	});
});

test("the client id is sent under the provider's own name for it", async () => {
	const provider = defineAcme(server.url, { clientIdParam: "client_key" })(CLIENT);
	const { searchParams } = new URL((await provider.startSignIn(loginRequest())).url);
	expect([searchParams.get("client_key"), searchParams.has("client_id")]).toEqual([CLIENT.clientId, false]);
	await provider.validateCallback("code");
	expect(server.requests[0]?.form).toMatchObject({ client_key: CLIENT.clientId });
	expect(server.requests[0]?.form).not.toHaveProperty("client_id");
	expect(() => provider.getAuthorizationUrl({ params: { client_key: "other" } })).toThrow(
		expect.objectContaining({ code: "INVALID_CONFIG" }),
	);
});

describe("a token request and response of the provider's own", () => {
	const flowOf = async (provider: ReturnType<ReturnType<typeof defineAcme>>) => {
		const signIn = await provider.startSignIn(loginRequest());
		return { signIn, request: callbackRequest(signIn, { device_id: "device-of-ada" }) };
	};

	test("tokenRequestBody sends token requests as JSON, with the client authentication in it", async () => {
		const provider = defineAcme(server.url, { tokenRequestBody: "json" })(CLIENT);
		await provider.validateCallback("code-of-ada", { codeVerifier: "verifier" });
		await provider.refreshTokens("refresh-token");
		const client = { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret };
		expect(server.requests.filter(({ path }) => path === "/token")).toMatchObject([
			{ headers: { "content-type": "application/json" } },
			{ headers: { "content-type": "application/json" } },
		]);
		const bodies = server.requests.flatMap(({ path, body }) => (path === "/token" ? [JSON.parse(body)] : []));
		expect(bodies).toEqual([
			{
				grant_type: "authorization_code",
				code: "code-of-ada",
				redirect_uri: CLIENT.redirectUri,
				code_verifier: "verifier",
				...client,
			},
			{ grant_type: "refresh_token", refresh_token: "refresh-token", ...client },
		]);
	});

	test("toTokenRequest adds, renames and leaves out parameters, with those of the callback at hand", async () => {
		const provider = defineAcme(server.url, {
			toTokenRequest: ({ redirect_uri, ...params }, { device_id, state }) => ({
				...params,
				redirect: redirect_uri,
				device_id,
				state,
			}),
		})(CLIENT);
		const { signIn, request } = await flowOf(provider);
		await provider.handleCallback(request);
		await provider.refreshTokens("refresh-token");
		const client = { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret };
		expect(server.requests.flatMap(({ path, form }) => (path === "/token" ? [form] : []))).toEqual([
			{
				grant_type: "authorization_code",
				code: "code-of-ada",
				redirect: CLIENT.redirectUri,
				code_verifier: readFlow(signIn).codeVerifier,
				device_id: "device-of-ada",
				state: signIn.state,
				...client,
			},
			{ grant_type: "refresh_token", refresh_token: "refresh-token", ...client },
		]);
	});

	test("toTokenResponse gives the tokens their standard names, and raw has them all", async () => {
		const nested = { status: 0, body: { userid: 36, access_token: "nested-token-of-ada", expires_in: 60 } };
		server.on("/token", nested);
		const provider = defineAcme(server.url, {
			toTokenResponse: ({ body }) => body,
		})(CLIENT);
		const { tokens } = await provider.validateCallback("code");
		expect(tokens).toMatchObject({ accessToken: "nested-token-of-ada", expiresAt: expect.any(Date) });
		expect(tokens.raw).toEqual({ ...nested, ...nested.body });
		expect(server.requests.at(-1)?.headers.authorization).toBe("Bearer nested-token-of-ada");
	});

	test.each([[], "text", 7, { body: null }, { body: { access_token: 7 } }, { status: 503 }])(
		"a token response that toTokenResponse can't read (%j) fails with FAILED_REQUEST",
		async (response) => {
			server.on("/token", response as object);
			const provider = defineAcme(server.url, {
				toTokenResponse: ({ body }) => ({ access_token: body.access_token }),
			})(CLIENT);
			expect(await failureOf(provider.validateCallback("code"), "FAILED_REQUEST")).toMatchObject({
				step: "token",
				status: 200,
			});
		},
	);

	test("a token that toTokenResponse finds is kept out of the error", async () => {
		const body = { access_token: "nested-token-of-ada" };
		server.on("/token", { error: "odd", error_description: "for nested-token-of-ada", body });
		const provider = defineAcme(server.url, {
			toTokenResponse: ({ body }) => body,
		})(CLIENT);
		expectNoSecrets(await failureOf(provider.validateCallback("code"), "FAILED_REQUEST"), [
			"nested-token-of-ada",
		]);
	});
});

describe("toTokenRequest and toTokenResponse can't switch off a check", () => {
	const answerAs = (status: number, body: object) => server.fail("/token", status, body);

	test("a token response with an error is a failure, wherever its tokens are", async () => {
		answerAs(200, { error: "invalid_grant", data: { access_token: "token-beside-the-error" } });
		const provider = defineAcme(server.url, { toTokenResponse: ({ data }) => data })(CLIENT);
		const error = await failureOf(provider.validateCallback("code"), "FAILED_REQUEST");
		expect(error.providerError).toBe("invalid_grant");
		await failureOf(provider.refreshTokens("refresh-token"), "INVALID_GRANT");
	});

	test("the client authenticates as itself, whatever the callback's parameters are", async () => {
		const provider = defineAcme(server.url, {
			toTokenRequest: (params, callbackParams) => ({ ...callbackParams, ...params }),
		})(CLIENT);
		const evil = { client_id: "evil-client", client_secret: "evil-secret" };
		await provider.handleCallback(callbackRequest(await provider.startSignIn(loginRequest()), evil));
		expect(server.requests[0]?.form).toMatchObject({
			client_id: CLIENT.clientId,
			client_secret: CLIENT.clientSecret,
		});
	});

	test("a toTokenRequest that throws ends the flow with a FAILED_REQUEST without a secret", async () => {
		const provider = defineAcme(server.url, {
			toTokenRequest: (params, { device_id }) => {
				if (!device_id) throw new Error(JSON.stringify(params));
				return params;
			},
		})(CLIENT);
		const signIn = await provider.startSignIn(loginRequest());
		const error = await failureOf(provider.handleCallback(callbackRequest(signIn)), "FAILED_REQUEST");
		expect(error).toMatchObject({ step: "token", cookie: { value: "" } });
		expectNoSecrets(error, ["code-of-ada", `${readFlow(signIn).codeVerifier}`]);
		const refreshed = await failureOf(provider.refreshTokens("refresh-token-of-ada"), "FAILED_REQUEST");
		expectNoSecrets(refreshed, ["refresh-token-of-ada"]);
		expect(server.requests).toEqual([]);
	});

	test("a renamed parameter is a secret if its value is, and only then", async () => {
		const provider = defineAcme(server.url, {
			invalidGrantErrors: ["the refresh_token is dead"],
			toTokenRequest: ({ grant_type, redirect_uri, code, refresh_token }) => ({
				grantType: grant_type,
				redirect: redirect_uri,
				payload: btoa(`${code ?? refresh_token}`),
			}),
		})(CLIENT);
		answerAs(400, { error: "unknown", error_description: "unknown code code-of-ada" });
		const unknown = await failureOf(provider.validateCallback("code-of-ada"), "FAILED_REQUEST");
		expectNoSecrets(unknown, ["code-of-ada"]);
		answerAs(400, { error: "mismatch", error_description: `not ${CLIENT.redirectUri}` });
		const mismatch = await failureOf(provider.validateCallback("code-of-ada"), "FAILED_REQUEST");
		expect(mismatch.providerErrorDescription).toBe(`not ${CLIENT.redirectUri}`);
		answerAs(400, { error: "odd", error_description: "the refresh_token is dead" });
		await failureOf(provider.refreshTokens("refresh-token-of-ada"), "INVALID_GRANT");
	});

	test("an empty parameter is left out of JSON as it is of a form", async () => {
		const provider = defineAcme(server.url, { tokenRequestBody: "json" })(CLIENT);
		await provider.validateCallback("code-of-ada", { codeVerifier: "" });
		expect(JSON.parse(server.requests[0]?.body ?? "")).not.toHaveProperty("code_verifier");
	});
});

describe("revokeToken", () => {
	const revoke = () => defineAcme(server.url)(CLIENT).revokeToken("token-to-revoke");

	test("revokeToken sends RFC 7009's request", async () => {
		server.on("/revoke", (_, response) => response.end());
		await revoke();
		expect(server.requests).toMatchObject([
			{
				method: "POST",
				path: "/revoke",
				form: { token: "token-to-revoke", client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret },
			},
		]);
	});

	test.each(["", "ok", "<p>done</p>", "{}", '{"ok":true}', "null"])(
		"revokeToken succeeds with the response %j",
		async (body) => {
			server.on("/revoke", (_, response) => response.end(body));
			expect(await revoke()).toBeUndefined();
		},
	);

	test.each<[string, object]>([
		["with RFC 7009's error code", { error: "invalid_token", error_description: "Token expired or revoked" }],
		["in a message alone", { status: 400, message: "Invalid token" }],
	])("revokeToken succeeds when the provider reports %s that the token is invalid", async (_, body) => {
		for (const status of [400, 401, 200]) {
			server.fail("/revoke", status, body);
			expect(await revoke()).toBeUndefined();
		}
	});

	test.each<[string, number, object | string]>([
		["a wrong secret", 401, { error: "invalid_client" }],
		["an outage", 503, {}],
		["an error with status 200", 200, { error: "invalid_request", error_description: "no token-to-revoke" }],
		["other words about the token", 400, { message: "Invalid token type" }],
		["HTML", 500, "<h1>"],
	])(
		"revokeToken that ends in %s fails with FAILED_REQUEST, and doesn't reveal the token",
		async (_, status, body) => {
			server.fail("/revoke", status, body);
			const error = await failureOf(revoke(), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "revocation", status });
			expectNoSecrets(error, ["token-to-revoke", CLIENT.clientSecret]);
		},
	);

	test("revokeToken fails with NOT_SUPPORTED where there is no revocation endpoint", async () => {
		const endpoints = { authorization: `${server.url}/authorize`, token: `${server.url}/token` };
		const provider = defineAcme(server.url, { endpoints })(CLIENT);
		const error = await failureOf(provider.revokeToken("token"), "NOT_SUPPORTED");
		expect(error).toMatchObject({ step: "revocation" });
		expect(error.message).toContain("the provider does not support this");
	});
});
