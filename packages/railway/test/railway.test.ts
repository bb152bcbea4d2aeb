import { railway } from "@oauth/railway";
import { createIssuer } from "@oauth/test-kit/issuer";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { createKey } from "@oauth/test-kit/signing-key";
import { CLIENT } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const ME = "https://backboard.railway.com/oauth/me";
const { sub, email } = recording.user[ME];

testProvider(railway, recording, ({ fake, create, signIn, failureOf }) => {
	describe("GET /oauth/me", () => {
		test("Railway is asked for the user even if the ID token has claims about one", async () => {
			const { profile } = await signIn({ name: "Ada", email, picture: "https://example.com/ada.png" });
			expect(profile).toMatchObject({ id: sub, name: "Ada", email });
			expect(fake.requests.filter(({ url }) => url === ME)).toHaveLength(1);
		});

		test("the address of a Railway user has no emailVerified, because Railway does not say", async () => {
			const { profile } = await signIn();
			expect(profile.email).toBe(email);
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test("a Railway user signs in with the id alone if /oauth/me has no more", async () => {
			fake.substitutes.set(ME, { answer: { sub } });
			const { profile, failedRequests } = await signIn();
			expect(profile).toEqual({ id: sub });
			expect(failedRequests).toEqual([]);
		});
	});

	test("an ID token that Railway signs with ES256 is accepted", async () => {
		const issuer = await createIssuer(CLIENT.clientId);
		issuer.keys = [await createKey("elliptic", "ES256")];
		const { jwks, claims } = recording.idToken;
		fake.substitutes.set(jwks, { answer: { keys: issuer.keys.map(({ publicJwk }) => publicJwk) } });
		const idToken = await issuer.sign(issuer.claims({ ...claims, nonce: "n" }));
		expect(await create().validateIdToken(idToken, { nonce: "n" })).toMatchObject({ providerUserId: sub });
	});

	test.each([
		["missing", ""],
		["another", "https://backboard.railway.com/oauth"],
		["another", "https://evil.example"],
	])("a callback of Railway is refused if its iss is %s (%j)", async (reason, iss) => {
		const callback = (params: URLSearchParams) => (iss ? params.set("iss", iss) : params.delete("iss"));
		await failureOf(signIn({}, { callback }), "ISSUER_MISMATCH", `"iss" is ${reason}`);
		expect(fake.requests.filter(({ method }) => method === "POST")).toEqual([]);
	});

	describe("refresh tokens", () => {
		test("startSignIn can ask Railway for a refresh token, with the scope and the prompt that it needs", async () => {
			const { url } = await create({ scope: ["offline_access"] }).startSignIn(loginRequest(), {
				prompt: "consent",
			});
			const { searchParams } = new URL(url);
			expect(searchParams.get("scope")?.split(" ")).toContain("offline_access");
			expect(searchParams.get("prompt")).toBe("consent");
		});

		test("refreshTokens refuses Railway's new ID token if it names another user", async () => {
			const refreshing = create().refreshTokens(fake.refreshToken, { sub: "user_other" });
			await failureOf(refreshing, "INVALID_ID_TOKEN", `"sub"`);
		});
	});
});
