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
		test("is the inner response, with the fields that were named", async () => {
			expect((await signIn()).providerUser).toEqual(data);
			const { url } = fake.requests.at(-1) ?? { url: "" };
			expect(url).not.toMatch(/[[\]]/);
			expect(new URL(url).searchParams.get("fields[user]")?.split(",")).toEqual(
				Object.keys(data.attributes).sort(),
			);
		});

		test("is asked for with the same fields at another URL", async () => {
			const user = "https://patreon.example/identity";
			await failureOf(signIn({}, { config: { endpoints: { user } } }), "FAILED_REQUEST");
			expect(fake.requests.at(-1)?.url).toBe(USER_URL.replace(/^[^?]+/, user));
		});

		test("without the scope for it has no address, and nothing is said about one", async () => {
			const { profile } = await signInWith({ email: undefined });
			expect(profile).not.toHaveProperty("email");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test("may have an address that is not confirmed", async () => {
			const { profile } = await signInWith({ is_email_verified: false });
			expect(profile).toMatchObject({ email: "ada@example.com", emailVerified: false });
		});

		test("may have no page and one name", async () => {
			const { profile } = await signInWith({ vanity: null, full_name: "Ada", last_name: null });
			expect(profile).toMatchObject({ name: "Ada", givenName: "Ada" });
			expect(profile).not.toHaveProperty("username");
			expect(profile).not.toHaveProperty("familyName");
		});

		test("of whom Patreon says no more than the id is somebody", async () => {
			expect((await signIn({ data: { attributes: undefined } })).profile).toEqual({ id: data.id });
		});

		test("that Patreon refuses to name is nobody, in Patreon's words", async () => {
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

	describe("every request", () => {
		test("names the app", async () => {
			await signIn({}, { config: { userAgent: USER_AGENT } });
			await create({ userAgent: USER_AGENT }).refreshTokens(fake.refreshToken);
			expect(userAgents()).toEqual(Array(3).fill(USER_AGENT));
		});

		test.each(["", undefined])("has a name when the app gives none: %j", async (userAgent) => {
			await signIn({}, { config: { userAgent } });
			expect(userAgents()).toEqual(Array(2).fill("oauth-patreon"));
		});
	});
});
