import { openstreetmap } from "@oauth/openstreetmap";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = "https://api.openstreetmap.org/api/0.6/user/details.json";
const { user } = recording.user[USER_URL];

testProvider(openstreetmap, recording, ({ fake, create, signIn, failureOf }) => {
	const refuse = (status: number, text: string) =>
		fake.substitutes.set(USER_URL, {
			status,
			text,
			headers: { "content-type": "text/plain; charset=utf-8" },
		});

	describe("the user", () => {
		test("providerUser is the user of OpenStreetMap's response, without what surrounds it", async () => {
			expect((await signIn()).providerUser).toEqual(user);
		});

		test("a renamed OpenStreetMap user keeps the id", async () => {
			expect((await signIn({ user: { display_name: "user_1" } })).profile).toMatchObject({
				id: "1234567",
				username: "user_1",
				name: "user_1",
			});
		});

		test("an OpenStreetMap user without a picture and languages has neither in the profile", async () => {
			const { profile } = await signIn({ user: { img: undefined, languages: undefined } });
			expect(profile).toEqual({ id: "1234567", username: "Ada Example", name: "Ada Example" });
		});

		test("the first of an OpenStreetMap user's languages is the locale", async () => {
			const { profile } = await signIn({ user: { languages: ["pt-BR", "en"] } });
			expect(profile.locale).toBe("pt-BR");
		});
	});

	describe("e-mail", () => {
		test("an e-mail address from OpenStreetMap has no emailVerified", async () => {
			const { profile } = await signIn({ user: { email: "ada@example.com" } }, { config: { email: true } });
			expect(profile.email).toBe("ada@example.com");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test("OpenStreetMap's scope read_email is asked for only with email: true", () => {
			const scopeWith = (email?: boolean) =>
				new URL(create({ email }).getAuthorizationUrl()).searchParams.get("scope");
			expect([scopeWith(), scopeWith(false), scopeWith(true)]).toEqual([
				"read_prefs",
				"read_prefs",
				"read_prefs read_email",
			]);
		});
	});

	describe("errors in plain text", () => {
		test("an OpenStreetMap user with an active block is refused with OpenStreetMap's message", async () => {
			const words =
				"Your access to the API has been blocked. Please log in to the web interface to find out more.";
			refuse(403, words);
			expect(await failureOf(signIn(), "FAILED_REQUEST", words)).toMatchObject({
				step: "user",
				status: 403,
				providerErrorDescription: words,
			});
		});

		test("a token without the permission read_prefs is refused with OpenStreetMap's message", async () => {
			const words = "You have not permitted the application access to this facility";
			refuse(403, words);
			await failureOf(signIn(), "FAILED_REQUEST", words);
		});
	});

	test("OpenStreetMap's access token does not expire, and has no refresh token", async () => {
		const { tokens } = await signIn();
		expect(tokens).not.toHaveProperty("expiresAt");
		expect(tokens).not.toHaveProperty("refreshToken");
		await failureOf(create().refreshTokens("a-refresh-token"), "NOT_SUPPORTED");
	});

	test("a callback from OpenStreetMap may lack iss, but not name another issuer", async () => {
		const back = (iss: string) => signIn({}, { callback: (params) => params.set("iss", iss) });
		expect((await back("https://www.openstreetmap.org")).providerUserId).toBe("1234567");
		await failureOf(back("https://master.apis.dev.openstreetmap.org"), "ISSUER_MISMATCH");
	});
});
