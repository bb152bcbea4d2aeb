import { createIssuer } from "@oauth/test-kit/issuer";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { createKey } from "@oauth/test-kit/signing-key";
import { CLIENT } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { twitch } from "@oauth/twitch";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

testProvider(twitch, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the authorization request", () => {
		const askedFor = (config = {}) => {
			const { searchParams } = new URL(create(config).getAuthorizationUrl());
			const { id_token } = JSON.parse(searchParams.get("claims") ?? "");
			return { scope: searchParams.get("scope"), claims: Object.keys(id_token).sort() };
		};

		test("getAuthorizationUrl asks for each claim of the profile, which Twitch sends only when asked", () => {
			const standard = ["iss", "sub", "azp"];
			const wanted = Object.keys(recording.idToken.claims).filter((claim) => !standard.includes(claim));
			expect(askedFor().claims).toEqual(wanted.sort());
		});

		test("with email: false Twitch is asked for neither the scope nor the claims of the address", () => {
			expect(askedFor({ email: false })).toEqual({
				scope: "openid",
				claims: ["picture", "preferred_username"],
			});
		});

		test("startSignIn sends force_verify to Twitch", async () => {
			const params = { force_verify: "true" };
			const { url } = await create().startSignIn(loginRequest(), { params });
			expect(new URL(url).searchParams.get("force_verify")).toBe("true");
		});
	});

	describe("a sign-in", () => {
		test("tokens.scope has the scopes that Twitch sends as a list", async () => {
			expect((await signIn()).tokens.scope).toEqual(["openid", "user:read:email"]);
		});

		test("the username of a Twitch profile is the display name, in any script", async () => {
			const { profile } = await signIn({ preferred_username: "エイダ" });
			expect(profile).toMatchObject({ id: recording.profile.id, username: "エイダ", name: "エイダ" });
		});

		test.each([undefined, "", null])(
			"a Twitch account with the e-mail address %j has none in the profile",
			async (email) => {
				const { profile } = await signIn({ email, email_verified: false });
				expect(profile).not.toHaveProperty("email");
				expect(profile).not.toHaveProperty("emailVerified");
			},
		);

		test("an ID token of Twitch is refused if it is not signed with RS256", async () => {
			const issuer = await createIssuer(CLIENT.clientId);
			issuer.keys = [await createKey("elliptic", "ES256")];
			const { jwks, claims } = recording.idToken;
			fake.substitutes.set(jwks, { answer: { keys: issuer.keys.map(({ publicJwk }) => publicJwk) } });
			const idToken = await issuer.sign(issuer.claims({ ...claims, azp: CLIENT.clientId, nonce: "n" }));
			const outcome = create().validateIdToken(idToken, { nonce: "n" });
			await failureOf(outcome, "INVALID_ID_TOKEN", "expected RS256");
		});

		test("the error of an invalid code quotes Twitch's text", async () => {
			fake.substitutes.set(recording.token.url, recording.tokenError);
			const error = await failureOf(
				signIn(),
				"FAILED_REQUEST",
				"the provider says Invalid authorization code",
			);
			expect(error).toMatchObject({ status: 400, providerErrorDescription: "Invalid authorization code" });
		});
	});

	test("the error of an invalid refresh token quotes Twitch's text", async () => {
		const refreshing = create().refreshTokens("never-issued-token");
		expect(await failureOf(refreshing, "INVALID_GRANT", "Invalid refresh token")).toMatchObject({
			step: "refresh",
			status: 400,
		});
	});

	describe("revocation", () => {
		test("revokeToken sends Twitch the client id, but not the secret", async () => {
			await create().revokeToken("token-of-ada");
			const [request] = fake.requests;
			expect(request?.headers).not.toHaveProperty("authorization");
			expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
				client_id: CLIENT.clientId,
				token: "token-of-ada",
			});
		});

		test("revokeToken succeeds for a token that Twitch has already revoked", async () => {
			const answer = { status: 400, message: "Invalid token" };
			fake.substitutes.set(recording.revocation.url, { status: 400, answer });
			await create().revokeToken("token-of-ada");
			expect(fake.requests).toHaveLength(1);
		});

		test("revokeToken fails for a client that Twitch does not know", async () => {
			const answer = { status: 404, message: "client does not exist" };
			fake.substitutes.set(recording.revocation.url, { status: 404, answer });
			const revoking = create().revokeToken("token-of-ada");
			await failureOf(revoking, "FAILED_REQUEST", "client does not exist");
		});
	});
});
