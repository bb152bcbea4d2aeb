import { polar } from "@oauth/polar";
import { createIssuer } from "@oauth/test-kit/issuer";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { createKey } from "@oauth/test-kit/signing-key";
import { CLIENT, FakeProvider } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const SUB = recording.profile.id;

/** Polar's sandbox: another server, which responds as production does. */
const SANDBOX = JSON.parse(
	JSON.stringify(recording)
		.replaceAll("https://polar.sh/oauth2", "https://sandbox.polar.sh/oauth2")
		.replaceAll("https://api.polar.sh", "https://sandbox-api.polar.sh"),
) as typeof recording;

testProvider(polar, recording, ({ fake, create, signIn, failureOf }) => {
	describe("environment", () => {
		test("a user of Polar's sandbox signs in at the sandbox alone, and is not the user of polar.sh with the same sub", async () => {
			const sandbox = new FakeProvider(SANDBOX);
			await sandbox.start();
			try {
				const subject = create({ environment: "sandbox", fetch: sandbox.fetch });
				expect(subject.apiUrl).toBe("https://sandbox-api.polar.sh/v1");
				const session = await subject.handleCallback(
					sandbox.answer(await subject.startSignIn(loginRequest())),
				);
				expect(session.providerUser).toMatchObject({ iss: "https://polar.sh", sub: SUB });
				expect(session.providerUserId).toBe(`${SUB}@sandbox.polar.sh`);
				expect(session.profile).toEqual({ ...recording.profile, id: `${SUB}@sandbox.polar.sh` });
				await subject.refreshTokens(sandbox.refreshToken);
				await subject.revokeToken("token-to-revoke");
				expect([...new Set(sandbox.requests.map(({ url }) => url))].sort()).toEqual([
					"https://sandbox-api.polar.sh/.well-known/jwks.json",
					"https://sandbox-api.polar.sh/v1/oauth2/revoke",
					"https://sandbox-api.polar.sh/v1/oauth2/token",
				]);
			} finally {
				await sandbox.stop();
			}
		});

		test.each(["production", undefined] as const)(
			"the id of a user of Polar's production is the bare sub if the environment is %j",
			async (environment) => {
				expect(await signIn({}, { config: { environment } })).toMatchObject({ providerUserId: SUB });
			},
		);

		test("an ID token of Polar's production is refused by the sandbox, and the other way round", async () => {
			const { jwks, claims } = recording.idToken;
			const idTokenOf = async (keys: string, kid: string) => {
				const issuer = await createIssuer(CLIENT.clientId);
				issuer.keys = [await createKey(kid)];
				fake.substitutes.set(keys, { answer: { keys: issuer.keys.map(({ publicJwk }) => publicJwk) } });
				return issuer.sign(issuer.claims({ ...claims, nonce: "n" }));
			};
			const production = await idTokenOf(jwks, "production");
			const sandbox = await idTokenOf(SANDBOX.idToken.jwks, "sandbox");
			const accept = (idToken: string, environment: "production" | "sandbox") =>
				create({ environment }).validateIdToken(idToken, { nonce: "n" });
			expect(await accept(production, "production")).toMatchObject({ providerUserId: SUB });
			expect(await accept(sandbox, "sandbox")).toMatchObject({ providerUserId: `${SUB}@sandbox.polar.sh` });
			await failureOf(accept(sandbox, "production"), "INVALID_ID_TOKEN");
			await failureOf(accept(production, "sandbox"), "INVALID_ID_TOKEN");
		});

		test.each(["", "staging", "Sandbox", "constructor", null])(
			"the environment %j is refused, rather than taken for Polar's production",
			async (environment) => {
				const subject = create({ environment: environment as "sandbox" });
				await failureOf(subject.startSignIn(loginRequest()), "INVALID_CONFIG", `"environment" must be`);
			},
		);
	});

	test("startSignIn asks Polar for a user, also where the app's default is an organization", async () => {
		const { url } = await create().startSignIn(loginRequest());
		expect(new URL(url).searchParams.get("sub_type")).toBe("user");
	});

	test("startSignIn never asks Polar for profile, which the app may not have ticked", async () => {
		const scopeOf = (config?: { email: boolean }) =>
			new URL(create(config).getAuthorizationUrl()).searchParams.get("scope");
		expect(scopeOf()).toBe("openid");
		expect(scopeOf({ email: true })).toBe("openid email");
	});

	test("a claim name, which Polar has for organizations, does not become the user's name", async () => {
		const { profile } = await signIn({ name: "acme-inc", picture: "https://example.com/acme.png" });
		expect(profile).toEqual(recording.profile);
	});

	test("a Polar user whose address was not asked for has a profile with the id alone", async () => {
		const { profile } = await signIn({ email: undefined, email_verified: undefined });
		expect(profile).toEqual({ id: SUB });
	});

	test("a callback of Polar is refused if iss is another issuer", async () => {
		const callback = (params: URLSearchParams) => params.set("iss", "https://sandbox.polar.sh");
		await failureOf(signIn({}, { callback }), "ISSUER_MISMATCH", `"iss" is another`);
		expect(fake.requests.filter(({ method }) => method === "POST")).toEqual([]);
	});
});
