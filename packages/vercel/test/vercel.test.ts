import { loginRequest } from "@oauth/test-kit/sign-in";
import { testProvider } from "@oauth/testing/vitest";
import { vercel } from "@oauth/vercel";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USERINFO = recording.verified.in;
const { sub, email, email_verified } = recording.user["https://api.vercel.com/login/oauth/userinfo"];

testProvider(vercel, recording, ({ fake, create, signIn, failureOf }) => {
	const countUserinfo = () => fake.requests.filter(({ url }) => url === USERINFO).length;

	describe("the userinfo endpoint", () => {
		test("Vercel's ID token is enough if it has a name and no e-mail address", async () => {
			const { profile } = await signIn({ email: undefined });
			expect(profile).toEqual({ ...recording.profile, email: undefined, emailVerified: undefined });
			expect(countUserinfo()).toBe(0);
		});

		test("Vercel's userinfo endpoint is asked whether the address in the ID token is verified", async () => {
			expect((await signIn()).profile).toMatchObject({ email, emailVerified: true });
			expect(countUserinfo()).toBe(1);
		});

		test("Vercel's userinfo endpoint is asked if the ID token has no name", async () => {
			const { profile } = await signIn({ name: undefined, email: undefined });
			expect(profile).toEqual(recording.profile);
			expect(countUserinfo()).toBe(1);
		});

		test("the e-mail address of Vercel's ID token is not verified if the userinfo endpoint is down", async () => {
			fake.substitutes.set(USERINFO, { status: 503, answer: {} });
			const { profile, failedRequests } = await signIn();
			expect(profile).toMatchObject({ id: sub, email });
			expect(profile).not.toHaveProperty("emailVerified");
			expect(failedRequests).toHaveLength(1);
		});

		test("an address of Vercel's ID token that differs from the verified one is not in the profile", async () => {
			const { profile } = await signIn({ email: "old@example.com" });
			expect(profile).toMatchObject({ email, emailVerified: email_verified });
		});
	});

	test("a Vercel app without permissions gets a profile with the id alone", async () => {
		fake.substitutes.set(USERINFO, { answer: { sub } });
		const none = { name: undefined, preferred_username: undefined, picture: undefined, email: undefined };
		const { profile, failedRequests } = await signIn(none);
		expect(profile).toEqual({ id: sub });
		expect(failedRequests).toEqual([]);
	});

	test("startSignIn asks Vercel for the scopes that the app's permissions allow", async () => {
		const { url } = await create({ email: true, scope: ["offline_access"] }).startSignIn(loginRequest(), {
			prompt: "consent",
		});
		const { searchParams } = new URL(url);
		expect(searchParams.get("scope")?.split(" ").sort()).toEqual([
			"email",
			"offline_access",
			"openid",
			"profile",
		]);
		expect(searchParams.get("prompt")).toBe("consent");
		expect(searchParams.get("code_challenge_method")).toBe("S256");
	});

	describe("the callback", () => {
		test("a Vercel user signs in whether or not the callback names the issuer", async () => {
			const callback = (params: URLSearchParams) => params.set("iss", "https://vercel.com");
			expect(await signIn({}, { callback })).toMatchObject({ providerUserId: sub });
			expect(await signIn()).toMatchObject({ providerUserId: sub });
		});

		test.each(["https://vercel.com/", "https://evil.example"])(
			"a callback of Vercel is refused if its iss is %j",
			async (iss) => {
				const callback = (params: URLSearchParams) => params.set("iss", iss);
				await failureOf(signIn({}, { callback }), "ISSUER_MISMATCH", `"iss" is another`);
				expect(fake.requests.filter(({ method }) => method === "POST")).toEqual([]);
			},
		);

		// As documented: with the state or without it, and without an iss.
		test.each([
			["whom the Sign-In Access does not admit", true],
			["who declines on Vercel's consent page", false],
		])("a Vercel user %s is ACCESS_DENIED", async (_, hasState) => {
			const callback = (params: URLSearchParams) => {
				params.delete("code");
				if (!hasState) params.delete("state");
				params.set("error", "access_denied");
			};
			await failureOf(signIn({}, { callback }), "ACCESS_DENIED");
		});
	});
});
