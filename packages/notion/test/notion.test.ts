import { notion } from "@oauth/notion";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const { url: TOKEN_URL, answer: TOKEN } = recording.token;
const { user: USER } = TOKEN.owner;

testProvider(notion, recording, ({ fake, create, signIn, failureOf }) => {
	/** Changes the recorded token response. */
	function respondWith(change: object) {
		fake.substitutes.set(TOKEN_URL, { answer: { ...TOKEN, ...change } });
	}

	describe("the user", () => {
		test("the Notion user comes with the tokens, without a request for the bot", async () => {
			const session = await signIn();
			expect(session.providerUser).toEqual(USER);
			expect(session.providerUserId).not.toBe(TOKEN.bot_id);
			expect(session.tokens.raw).toMatchObject({ workspace_id: TOKEN.workspace_id, bot_id: TOKEN.bot_id });
			expect(fake.requests.map(({ url }) => url)).toEqual([TOKEN_URL]);
		});

		test("the profile does not say whether Notion's e-mail address is verified", async () => {
			const { profile } = await signIn();
			expect(profile.email).toBe("ada@example.com");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test("the profile is only an id if the Notion connection may not read user information", async () => {
			respondWith({ owner: { type: "user", user: { object: "user", id: USER.id } } });
			expect((await signIn()).profile).toEqual({ id: USER.id });
		});

		test("a Notion user without an address, a name and a picture has a profile without them", async () => {
			respondWith({ owner: { type: "user", user: { ...USER, name: null, avatar_url: null, person: {} } } });
			expect((await signIn()).profile).toEqual({ id: USER.id });
		});

		test.each([{ type: "workspace", workspace: true }, undefined, null, "workspace", 1])(
			"a sign-in whose Notion token has the owner %j fails with a message that says so",
			async (owner) => {
				respondWith({ owner });
				const { message } = await failureOf(signIn(), "INVALID_PROFILE");
				expect(message).toContain("the token's owner is not a user");
			},
		);
	});

	describe("the tokens", () => {
		test("Notion's tokens have no expiresAt, and no refreshToken if Notion sends null", async () => {
			expect((await signIn()).tokens).not.toHaveProperty("expiresAt");
			respondWith({ refresh_token: null });
			expect((await signIn()).tokens).not.toHaveProperty("refreshToken");
		});

		test("revokeToken sends Notion the token as JSON", async () => {
			await create().revokeToken("token-to-revoke");
			const [request] = fake.requests;
			expect(request?.headers["content-type"]).toMatch(/^application\/json/);
			expect(JSON.parse(request?.body ?? "")).toEqual({ token: "token-to-revoke" });
		});
	});

	test("every request to Notion names the version of the API", async () => {
		await signIn();
		await create().refreshTokens(fake.refreshToken);
		await create().revokeToken("token-to-revoke");
		const versions = fake.requests.map(({ headers }) => headers["notion-version"]);
		expect(versions).toEqual(Array(3).fill("2022-06-28"));
	});
});
