import { patreon } from "@oauth/patreon";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL =
	"https://www.patreon.com/api/oauth2/v2/identity?fields%5Buser%5D=about,created,email,first_name,full_name,image_url,is_email_verified,last_name,thumb_url,url,vanity";
const { data } = recording.user[USER_URL];
const USER_AGENT = "Example - Website";

testProvider(patreon, recording, ({ fake, create, signIn, failureOf }) => {
	const signInWith = (attributes: Record<string, unknown>) => signIn({ data: { attributes } });
	const userAgents = () => fake.requests.map(({ headers }) => headers["user-agent"]);

	describe("the user", () => {
		test("providerUser is the data of Patreon's response, with the fields that the request names", async () => {
			expect((await signIn()).providerUser).toEqual(data);
			const { url } = fake.requests.at(-1) ?? { url: "" };
			expect(url).not.toMatch(/[[\]]/);
			expect(new URL(url).searchParams.get("fields[user]")?.split(",")).toEqual(
				Object.keys(data.attributes).sort(),
			);
		});

		test("a user endpoint in place of Patreon's is asked for the same fields", async () => {
			const user = "https://patreon.example/identity";
			await failureOf(signIn({}, { config: { endpoints: { user } } }), "FAILED_REQUEST");
			expect(fake.requests.at(-1)?.url).toBe(USER_URL.replace(/^[^?]+/, user));
		});

		test("the profile says nothing about an e-mail address if Patreon sends none", async () => {
			const { profile } = await signInWith({ email: undefined });
			expect(profile).not.toHaveProperty("email");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test("an address that is not confirmed at Patreon has emailVerified: false", async () => {
			const { profile } = await signInWith({ is_email_verified: false });
			expect(profile).toMatchObject({ email: "ada@example.com", emailVerified: false });
		});

		test("a Patreon user without a vanity and a last name has a profile without them", async () => {
			const { profile } = await signInWith({ vanity: null, full_name: "Ada", last_name: null });
			expect(profile).toMatchObject({ name: "Ada", givenName: "Ada" });
			expect(profile).not.toHaveProperty("username");
			expect(profile).not.toHaveProperty("familyName");
		});

		test("a Patreon user without attributes has a profile with an id", async () => {
			expect((await signIn({ data: { attributes: undefined } })).profile).toEqual({ id: data.id });
		});

		test("a sign-in whose user Patreon refuses to name fails with Patreon's error", async () => {
			const refusal = { code: 1, code_name: "Unauthorized", status: "401", detail: "No such grant" };
			fake.substitutes.set(USER_URL, { status: 401, answer: { errors: [refusal] } });
			expect(await failureOf(signIn(), "FAILED_REQUEST", "Unauthorized: No such grant")).toMatchObject({
				step: "user",
				status: 401,
				providerError: "Unauthorized",
				providerErrorDescription: "No such grant",
			});
		});
	});

	describe("userAgent", () => {
		test("a userAgent that can't be a header is an INVALID_CONFIG", async () => {
			for (const userAgent of ["Näme\u2019s app", "app\nx: y"]) {
				const starting = create({ userAgent }).startSignIn(new Request("http://localhost:3000/login"));
				await failureOf(starting, "INVALID_CONFIG", '"userAgent" has a character');
			}
		});

		test("every request to Patreon has the userAgent of the config", async () => {
			await signIn({}, { config: { userAgent: USER_AGENT } });
			await create({ userAgent: USER_AGENT }).refreshTokens(fake.refreshToken);
			expect(userAgents()).toEqual(Array(3).fill(USER_AGENT));
		});

		test.each(["", undefined])(
			"requests to Patreon have a User-Agent even with the userAgent %j",
			async (userAgent) => {
				await signIn({}, { config: { userAgent } });
				expect(userAgents()).toEqual(Array(2).fill("oauth-patreon"));
			},
		);
	});
});
