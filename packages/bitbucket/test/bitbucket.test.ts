import { bitbucket } from "@oauth/bitbucket";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = "https://api.bitbucket.org/2.0/user";
const EMAILS_URL = "https://api.bitbucket.org/2.0/user/emails?pagelen=100";
const ID = recording.profile.id;

const OLD = { type: "email", email: "old@example.com", is_primary: false, is_confirmed: true };
const PRIMARY = { type: "email", email: "ada@example.com", is_primary: true, is_confirmed: true };

testProvider(bitbucket, recording, ({ fake, create, signIn, failureOf }) => {
	const signInWithEmail = () => signIn({}, { config: { email: true } });
	const serveEmails = (values: unknown) =>
		fake.substitutes.set(EMAILS_URL, { answer: { page: 1, pagelen: 100, values } });

	describe("the user", () => {
		test("a Bitbucket user who takes another's old name keeps the id, which is the uuid", async () => {
			const changes = { username: "grace", nickname: "Grace", account_id: "557058:another" };
			const { providerUserId, profile } = await signIn(changes);
			expect(providerUserId).toBe(ID);
			expect(profile.username).toBe("grace");
		});

		test("a Bitbucket user without a uuid is refused, whatever else the response names", async () => {
			for (const uuid of [undefined, null, ""]) await failureOf(signIn({ uuid }), "INVALID_PROFILE");
		});

		test("a Bitbucket user without a username has none in the profile, because a nickname is not unique", async () => {
			expect((await signIn({ username: undefined })).profile).not.toHaveProperty("username");
		});
	});

	describe("the e-mail address", () => {
		test("Bitbucket is not asked for addresses by default", async () => {
			const { profile, providerUser } = await signIn();
			expect(profile).not.toHaveProperty("email");
			expect(providerUser.emails).toEqual([]);
			expect(fake.requests.filter(({ url }) => url.includes("emails"))).toEqual([]);
		});

		test("with email: true the address of a Bitbucket user is the primary one, and providerUser has all of them", async () => {
			serveEmails([OLD, PRIMARY]);
			const { profile, providerUser, failedRequests } = await signInWithEmail();
			expect(profile).toMatchObject({ id: ID, email: "ada@example.com", emailVerified: true });
			expect(providerUser).toEqual({ ...recording.user[USER_URL], emails: [OLD, PRIMARY] });
			expect(failedRequests).toEqual([]);
		});

		test.each([
			[false, false],
			["false", false],
			[undefined, undefined],
			[null, undefined],
			[1, undefined],
			["yes", undefined],
		])("a Bitbucket address with is_confirmed %j has emailVerified: %j", async (is_confirmed, verified) => {
			serveEmails([OLD, { ...PRIMARY, is_confirmed }]);
			const { profile } = await signInWithEmail();
			expect(profile.email).toBe("ada@example.com");
			expect(profile.emailVerified).toBe(verified);
		});

		test.each([
			["no primary address", [OLD, { ...PRIMARY, is_primary: false }]],
			["only text that calls an address primary", [{ ...PRIMARY, is_primary: "false" }]],
			["no addresses", []],
			["no list", undefined],
			["null", null],
			["text", "ada@example.com"],
			["an object in place of a list", { 0: PRIMARY }],
		])("a Bitbucket response with %s gives the profile no address", async (_, values) => {
			serveEmails(values);
			const { providerUserId, profile } = await signInWithEmail();
			expect(providerUserId).toBe(ID);
			expect(profile).not.toHaveProperty("email");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test("the primary address of a Bitbucket user is found among malformed entries", async () => {
			serveEmails([null, 1, "text", [], {}, { is_primary: "true", email: "old@example.com" }, PRIMARY]);
			expect((await signInWithEmail()).profile.email).toBe("ada@example.com");
		});

		test("a Bitbucket user signs in if the consumer may not read addresses, and failedRequests says so", async () => {
			fake.substitutes.set(EMAILS_URL, {
				status: 403,
				answer: {
					type: "error",
					error: {
						message: "Your credentials lack one or more required privilege scopes.",
						detail: { required: ["email"], granted: ["account"] },
					},
				},
			});
			const { providerUserId, profile, providerUser, failedRequests } = await signInWithEmail();
			expect(providerUserId).toBe(ID);
			expect(profile).not.toHaveProperty("email");
			expect(providerUser.emails).toEqual([]);
			expect(failedRequests).toMatchObject([
				{
					code: "FAILED_REQUEST",
					status: 403,
					providerErrorDescription: "Your credentials lack one or more required privilege scopes.",
				},
			]);
		});

		test("an emails endpoint in Bitbucket's config is asked for a hundred addresses too", async () => {
			const emails = "https://bitbucket.example/emails";
			fake.substitutes.set(`${emails}?pagelen=100`, { answer: { values: [PRIMARY] } });
			const { profile } = await signIn({}, { config: { email: true, endpoints: { emails } } });
			expect(profile.email).toBe("ada@example.com");
		});
	});

	describe("the tokens", () => {
		test.each(["scope", "scopes"])(
			"the granted scopes are those that Bitbucket lists as %s",
			async (name) => {
				const { scope: _, ...answer } = recording.token.answer;
				fake.substitutes.set(recording.token.url, { answer: { ...answer, [name]: "account email" } });
				expect((await signIn()).tokens.scope).toEqual(["account", "email"]);
				expect((await create().refreshTokens(fake.refreshToken)).scope).toEqual(["account", "email"]);
			},
		);

		test.each([
			{ error: "invalid_request", error_description: "Invalid refresh_token" },
			{ error: "invalid_grant", error_description: "Unknown or invalid refresh token." },
		])("refreshTokens fails with INVALID_GRANT if Bitbucket responds %j", async (answer) => {
			fake.substitutes.set(recording.token.url, { status: 400, answer });
			const error = await failureOf(create().refreshTokens(fake.refreshToken), "INVALID_GRANT");
			expect(error).toMatchObject({ step: "refresh", status: 400, providerError: answer.error });
		});

		test("refreshTokens fails with FAILED_REQUEST if Bitbucket calls the request itself invalid", async () => {
			const answer = { error: "invalid_request", error_description: "Missing grant_type" };
			fake.substitutes.set(recording.token.url, { status: 400, answer });
			await failureOf(create().refreshTokens(fake.refreshToken), "FAILED_REQUEST", "Missing grant_type");
		});

		test("refreshTokens returns Bitbucket's new refresh token, and the old one stops working", async () => {
			const old = fake.refreshToken;
			const tokens = await create().refreshTokens(old);
			expect(tokens.refreshToken).toBe(recording.refresh.answer.refresh_token);
			await failureOf(create().refreshTokens(old), "INVALID_GRANT");
		});
	});
});
