import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { apple } from "@oauth/apple";
import { expectNoSecrets } from "@oauth/test-kit/errors";
import { createIssuer } from "@oauth/test-kit/issuer";
import { cookiePair, loginRequest } from "@oauth/test-kit/sign-in";
import { createKey } from "@oauth/test-kit/signing-key";
import { CLIENT } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { decodeProtectedHeader, type JWTPayload, jwtVerify } from "jose";
import { afterEach, describe, expect, test, vi } from "vitest";
import recording from "./recording.json" with { type: "json" };

const { claims, jwks } = recording.idToken;
const tokenUrl = recording.token.url;
const { teamId, keyId, privateKey } = recording.config;

/** A line of the key itself. */
const KEY_LINE = privateKey.split("\n")[1] ?? "";

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

function createPem(curve = "P-256"): string {
	return pemOf(generateKeyPairSync("ec", { namedCurve: curve }).privateKey);
}

function pemOf(key: KeyObject): string {
	return `${key.export({ type: "pkcs8", format: "pem" })}`;
}

async function verifySecret(secret: string): Promise<JWTPayload> {
	return (await jwtVerify(secret, createPublicKey(privateKey), { algorithms: ["ES256"] })).payload;
}

testProvider(apple, recording, ({ fake, create, signIn, failureOf }) => {
	type Config = NonNullable<Parameters<typeof create>[0]>;

	/** Returns the client secret that the token endpoint gets from a provider. */
	async function secretOf(config: Config = {}): Promise<string> {
		const asked = fake.requests.length;
		await create(config)
			.refreshTokens(fake.refreshToken)
			.catch(() => {});
		const request = fake.requests.slice(asked).find(({ url }) => url === tokenUrl);
		return new URLSearchParams(request?.body).get("client_secret") ?? "";
	}

	describe("the client secret", () => {
		afterEach(() => {
			vi.useRealTimers();
		});

		test("the client secret is signed with the key, as Apple documents it", async () => {
			const secret = await secretOf();
			expect(decodeProtectedHeader(secret)).toEqual({ alg: "ES256", kid: keyId });
			const { iat = 0, exp = 0, ...rest } = await verifySecret(secret);
			expect(rest).toEqual({ iss: teamId, sub: CLIENT.clientId, aud: claims.iss });
			expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(60);
			expect(exp).toBeGreaterThan(iat);
			// "Not more than six months."
			expect(exp - iat).toBeLessThanOrEqual(15_777_000);
		});

		test("the client secret is sent with a refresh, a code and a revocation", async () => {
			const secret = await secretOf();
			await create().revokeToken("a1b2.0.refresh");
			await signIn();
			const sent = fake.requests.filter(({ method }) => method === "POST");
			const secrets = sent.map(({ url, body }) => [url, new URLSearchParams(body).get("client_secret")]);
			const urls = [tokenUrl, recording.revocation.url, tokenUrl];
			expect(secrets).toEqual(urls.map((url) => [url, secret]));
		});

		test("the client secret is kept until shortly before it expires", async () => {
			vi.useFakeTimers({ toFake: ["Date"] });
			const secret = await secretOf();
			const { exp = 0 } = await verifySecret(secret);
			vi.setSystemTime((exp - 600) * 1000);
			expect(await secretOf()).toBe(secret);
			vi.setSystemTime((exp - 60) * 1000);
			const next = await secretOf();
			expect(next).not.toBe(secret);
			expect((await verifySecret(next)).exp).toBeGreaterThan(exp);
		});

		test("another client id, team, key id or key gets another client secret", async () => {
			const secret = await secretOf();
			for (const config of [
				{ clientId: "com.example.other" },
				{ teamId: "Z1Y2X3W4V5" },
				{ keyId: "U6T7S8R9Q0" },
				{ privateKey: createPem() },
			]) {
				const other = await secretOf(config);
				expect(other).toMatch(JWT);
				expect(other).not.toBe(secret);
			}
			expect(await verifySecret(await secretOf({ teamId: "Z1Y2X3W4V5" }))).toMatchObject({
				iss: "Z1Y2X3W4V5",
			});
		});

		test("the client secret of one app is dropped after 200 others", async () => {
			const secret = await secretOf();
			for (let app = 0; app < 200; app++) await secretOf({ teamId: `TEAM${app}` });
			expect(await secretOf({ teamId: "TEAM199" })).toMatch(JWT);
			expect(await secretOf()).not.toBe(secret);
		});

		test("the client secret for another issuer names that issuer, so it is not valid at Apple", async () => {
			const issuer = await createIssuer(CLIENT.clientId);
			issuer.on("/.well-known/openid-configuration", {
				issuer: issuer.url,
				authorization_endpoint: `${issuer.url}/authorize`,
				token_endpoint: `${issuer.url}/token`,
				jwks_uri: `${issuer.url}/jwks`,
				token_endpoint_auth_methods_supported: ["client_secret_post"],
			});
			await failureOf(
				create({ issuer: issuer.url, fetch }).refreshTokens("a1b2.0.refresh"),
				"FAILED_REQUEST",
			);
			const sent = issuer.requests.find(({ path }) => path === "/token");
			expect(await verifySecret(sent?.form.client_secret ?? "")).toMatchObject({ aud: issuer.url });
		});
	});

	describe("privateKey", () => {
		test.each([
			[
				"with its line ends spelled out, as in an environment variable",
				`\n${createPem()}`.replaceAll("\n", "\\n"),
			],
			["with the line end at the end of its file", `${createPem()}\n`],
			["as a file was read", Buffer.from(createPem()) as unknown as string],
		])("privateKey can be given %s", async (_, pem) => {
			expect(await secretOf({ privateKey: pem })).toMatch(JWT);
		});

		test.each(["teamId", "keyId", "privateKey"])("a sign-in does not start without %s", async (name) => {
			for (const value of [undefined, null, ""]) {
				const starting = create({ [name]: value }).startSignIn(loginRequest());
				await failureOf(starting, "INVALID_CONFIG", `"${name}" is missing`);
			}
		});

		test.each([
			["not a PEM", KEY_LINE],
			["another PEM", privateKey.replaceAll("PRIVATE", "EC PRIVATE")],
			["a path", `/keys/${KEY_LINE}.p8`],
			["a PEM behind something else", `Key: ${privateKey}`],
			["a PEM before something else", `${privateKey}${KEY_LINE}`],
			["not base64", privateKey.replace("M", "-")],
			["cut off", privateKey.split("\n").slice(0, 2).join("\n")],
		])("a privateKey that is %s is refused when the sign-in starts", async (_, wrong) => {
			const subject = create({ privateKey: wrong });
			const failure = await failureOf(
				subject.startSignIn(loginRequest()),
				"INVALID_CONFIG",
				'"privateKey" must be the text of the .p8 file',
			);
			expectNoSecrets(failure, [KEY_LINE]);
			expect(() => subject.getAuthorizationUrl()).toThrow(
				expect.objectContaining({ code: "INVALID_CONFIG" }),
			);
		});

		test.each([
			["damaged", `-----BEGIN PRIVATE KEY-----\n${KEY_LINE}\n-----END PRIVATE KEY-----`],
			["not base64", `-----BEGIN PRIVATE KEY-----\n${KEY_LINE}=A=A\n-----END PRIVATE KEY-----`],
			["on another curve", createPem("P-384")],
			["of another kind", pemOf(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey)],
		])("a privateKey that is %s is refused before any request is sent", async (_, wrong) => {
			const subject = create({ privateKey: wrong });
			for (const use of [
				() => subject.validateCallback("c-of-ada.0.mtxs"),
				() => subject.refreshTokens(fake.refreshToken),
				() => subject.revokeToken("a1b2.0.refresh"),
			]) {
				const failure = await failureOf(use(), "INVALID_CONFIG", '"privateKey" is damaged');
				expect(failure.step).toBe("config");
				expectNoSecrets(failure, [wrong.split("\n")[1] ?? ""]);
			}
			expect(fake.requests).toEqual([]);
		});

		test("a key that Apple does not know fails with invalid_client, and the error has neither key nor secret", async () => {
			const secret = await secretOf();
			fake.substitutes.set(tokenUrl, {
				status: 400,
				answer: { error: "invalid_client", error_description: `wrong: ${secret}` },
			});
			const redeeming = create().validateCallback("c-of-ada.0.mtxs");
			const failure = await failureOf(
				redeeming,
				"FAILED_REQUEST",
				/invalid_client.*check the key that signs the client secret/,
			);
			expect(failure).toMatchObject({ status: 400, providerError: "invalid_client" });
			expectNoSecrets(failure, [secret, KEY_LINE]);
		});
	});

	describe("the callback", () => {
		const signInAs = (user: string | undefined, changes = {}) =>
			signIn(changes, {
				callback: (params) => (user === undefined ? params.delete("user") : params.set("user", user)),
			});
		const nameless = { id: claims.sub, email: claims.email, emailVerified: true };

		test("a callback without a user signs in without a name", async () => {
			const { profile, providerUser } = await signInAs(undefined);
			expect(providerUser).not.toHaveProperty("name");
			expect(profile).toEqual(nameless);
		});

		test.each([
			[
				{ firstName: "Ada", lastName: "" },
				{ name: "Ada", givenName: "Ada" },
			],
			[{ lastName: "Example" }, { name: "Example", familyName: "Example" }],
			[{ firstName: { toString: 1 }, lastName: ["Example"] }, {}],
			["Ada", {}],
		])("of the name %j in a callback, only the text is used", async (name, expected) => {
			expect((await signInAs(JSON.stringify({ name }))).profile).toEqual({ ...nameless, ...expected });
		});

		test.each(["", "{", "null", "[]", "7", '{"name":null}', '{"email":"eve@example.com"}'])(
			"a callback whose user is %j signs in without a name",
			async (user) => {
				expect((await signInAs(user)).profile).toEqual(nameless);
			},
		);

		test("the unsigned user of a callback adds nothing but a name", async () => {
			const forged = { sub: "eve", email: "eve@example.com", email_verified: true, is_private_email: false };
			const user = JSON.stringify({ ...forged, name: { firstName: "Eve", ...forged } });
			const silent = { email: undefined, email_verified: undefined };
			const { profile, providerUser } = await signInAs(user, silent);
			expect(profile).toEqual({ id: claims.sub, name: "Eve", givenName: "Eve" });
			expect(JSON.stringify(providerUser)).not.toContain("eve");
		});

		test("a callback of Apple by GET is refused", async () => {
			const flow = await create().startSignIn(loginRequest());
			const { searchParams } = fake.authorize(flow.url);
			const headers = { cookie: cookiePair(flow) };
			const request = new Request(`${CLIENT.redirectUri}?${searchParams}`, { headers });
			await failureOf(create().handleCallback(request), "INVALID_CALLBACK");
		});

		test("a callback of Apple can have a body that a parser has read", async () => {
			for (const parse of [
				(form: URLSearchParams) => Object.fromEntries(form),
				(form: URLSearchParams) => `${form}`,
				(form: URLSearchParams) => form,
			]) {
				const flow = await create().startSignIn(loginRequest());
				const body = parse(new URLSearchParams(await fake.answer(flow).text()));
				const headers = { cookie: cookiePair(flow) };
				const request = { method: "POST", url: "/login/callback", headers, body };
				expect(await create().handleCallback(request)).toMatchObject({ providerUserId: claims.sub });
			}
		});

		test("a callback whose body was read and thrown away is an INVALID_CONFIG", async () => {
			const request = fake.answer(await create().startSignIn(loginRequest()));
			await request.formData();
			await failureOf(create().handleCallback(request), "INVALID_CONFIG", "the body of the request was read");
		});

		test("a sign-in that the user cancels at Apple is an ACCESS_DENIED", async () => {
			const callback = (params: URLSearchParams) => {
				params.delete("code");
				params.set("error", "user_cancelled_authorize");
			};
			await failureOf(signIn({}, { callback }), "ACCESS_DENIED", "user_cancelled_authorize");
		});
	});

	describe("the ID token", () => {
		test("providerUser says whether the e-mail address is a relay address", async () => {
			expect(await signIn()).toMatchObject({
				providerUser: { is_private_email: "true" },
				profile: { email: "k7x2m9qd4w@privaterelay.appleid.com", emailVerified: true },
			});
		});

		test("an ID token of Apple is refused if it is not signed with RS256", async () => {
			const issuer = await createIssuer(CLIENT.clientId);
			issuer.keys = [await createKey("elliptic", "ES256")];
			fake.substitutes.set(jwks, { answer: { keys: issuer.keys.map(({ publicJwk }) => publicJwk) } });
			const idToken = await issuer.sign(issuer.claims({ ...claims, nonce: "n" }));
			const outcome = create().validateIdToken(idToken, { nonce: "n" });
			await failureOf(outcome, "INVALID_ID_TOKEN", "expected RS256");
		});

		test("the ID token of a native app is accepted only with its bundle id as the audience", async () => {
			const audience = "com.example.ios";
			const issuer = await createIssuer(audience);
			fake.substitutes.set(jwks, { answer: { keys: issuer.keys.map(({ publicJwk }) => publicJwk) } });
			const idToken = await issuer.sign(issuer.claims({ ...claims, nonce: "n" }));
			expect(await create().validateIdToken(idToken, { nonce: "n", audience })).toMatchObject({
				providerUserId: claims.sub,
			});
			await failureOf(create().validateIdToken(idToken, { nonce: "n" }), "INVALID_ID_TOKEN", `"aud"`);
		});
	});
});
