import { line } from "@oauth/line";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { createKey } from "@oauth/test-kit/signing-key";
import { CLIENT } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const { iss, sub } = recording.idToken.claims;

/** Returns the claims of an ID token for this app that does not come from a callback. */
function claims(changes: Record<string, unknown> = {}) {
	const iat = Math.floor(Date.now() / 1000);
	return {
		...recording.idToken.claims,
		aud: CLIENT.clientId,
		iat,
		exp: iat + 3600,
		nonce: "of-the-page",
		...changes,
	};
}

/** Signs an ID token as LINE does: without a key id. */
function signWithSecret(payload: Record<string, unknown>, secret = CLIENT.clientSecret, alg = "HS256") {
	return new SignJWT(payload).setProtectedHeader({ typ: "JWT", alg }).sign(new TextEncoder().encode(secret));
}

testProvider(line, recording, ({ fake, create, signIn, failureOf }) => {
	const validate = (idToken: string) => create().validateIdToken(idToken, { nonce: "of-the-page" });

	describe("an ID token", () => {
		test("an ID token that is signed with the channel secret is accepted", async () => {
			expect(await validate(await signWithSecret(claims()))).toMatchObject({
				providerUserId: sub,
				providerUser: { amr: ["linesso"] },
			});
		});

		test("an ID token that is not signed with the channel secret and HS256 is refused", async () => {
			const { privateKey } = await createKey("line", "ES256");
			const es256 = new SignJWT(claims()).setProtectedHeader({ alg: "ES256", kid: "line" }).sign(privateKey);
			for (const idToken of [
				await signWithSecret(claims(), "another-secret-of-32-characters!"),
				await signWithSecret(claims(), CLIENT.clientId),
				await signWithSecret(claims(), CLIENT.clientSecret, "HS512"),
				new UnsecuredJWT(claims()).encode(),
				await es256,
			])
				await failureOf(validate(idToken), "INVALID_ID_TOKEN");
			await failureOf(validate(await es256), "INVALID_ID_TOKEN", "expected HS256");
		});
	});

	describe("the e-mail address", () => {
		test("emailVerified is absent, because LINE does not say", async () => {
			const { profile } = await signIn({ email_verified: undefined });
			expect(profile.email).toBe("ada@example.com");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test("a LINE user with no claim but the id signs in without a further request", async () => {
			fake.idTokenClaims = { iss, sub };
			expect((await signIn()).profile).toEqual({ id: sub });
			expect(fake.requests.filter(({ method }) => method === "GET")).toEqual([]);
		});
	});

	test("revokeToken sends the token as access_token, as LINE names it", async () => {
		await create().revokeToken("access-token-of-ada");
		const [request] = fake.requests;
		expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
			client_id: CLIENT.clientId,
			client_secret: CLIENT.clientSecret,
			access_token: "access-token-of-ada",
		});
	});

	test.each([
		["ACCESS_DENIED", "ACCESS_DENIED"],
		["INVALID_SCOPE", "AUTHORIZATION_FAILED"],
	] as const)("a callback of LINE with the error %s is an %s", async (error, code) => {
		const callback = (params: URLSearchParams) => {
			params.delete("code");
			params.set("error", error);
		};
		expect(await failureOf(signIn({}, { callback }), code, error)).toMatchObject({ providerError: error });
	});

	test("a failed auto login of LINE is a FLOW_MISSING, and startSignIn can turn auto login off", async () => {
		const callback = (params: URLSearchParams) => params.set("state", "of-the-line-app");
		await failureOf(signIn({}, { callback }), "FLOW_MISSING");
		expect(fake.requests).toEqual([]);
		const params = { disable_auto_login: "true" };
		const again = await create().startSignIn(loginRequest(), { params });
		expect(new URL(again.url).searchParams.get("disable_auto_login")).toBe("true");
	});

	test("a callback of LINE is refused if iss is another issuer", async () => {
		const callback = (params: URLSearchParams) => params.set("iss", "https://evil.example");
		await failureOf(signIn({}, { callback }), "ISSUER_MISMATCH", `"iss" is another`);
	});
});
