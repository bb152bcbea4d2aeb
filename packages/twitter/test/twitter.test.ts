import { loginRequest } from "@oauth/test-kit/sign-in";
import { testProvider } from "@oauth/testing/vitest";
import { twitter } from "@oauth/twitter";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = "https://api.x.com/2/users/me?user.fields=profile_image_url";
const WITH_EMAIL = "https://api.x.com/2/users/me?user.fields=confirmed_email,profile_image_url";
const { data } = recording.user[USER_URL];
const TOKEN = recording.token.answer.access_token;

testProvider(twitter, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the user", () => {
		test("providerUser is the data of X's response", async () => {
			expect((await signIn()).providerUser).toEqual(data);
		});

		test("with email: true the profile has the address that is confirmed at X", async () => {
			const user = { ...data, confirmed_email: "robin@example.com" };
			fake.substitutes.set(WITH_EMAIL, { answer: { data: user } });
			const { profile } = await signIn({}, { config: { email: true } });
			expect(profile).toEqual({ ...recording.profile, email: "robin@example.com", emailVerified: true });
		});

		test.each([undefined, null, "", 7])(
			"an X user whose confirmed_email is %j has neither email nor emailVerified",
			async (confirmed_email) => {
				fake.substitutes.set(WITH_EMAIL, { answer: { data: { ...data, confirmed_email } } });
				const { profile } = await signIn({}, { config: { email: true } });
				expect(profile).toEqual(recording.profile);
			},
		);

		test("an X user signs in although X refuses a single field", async () => {
			const problem = {
				title: "Field Authorization Error",
				detail: "Not allowed to read User.confirmed_email",
				type: "https://api.x.com/2/problems/not-authorized-for-field",
			};
			fake.substitutes.set(WITH_EMAIL, { answer: { data, errors: [problem] } });
			const { profile } = await signIn({}, { config: { email: true } });
			expect(profile).toMatchObject({ username: "robinfield" });
		});

		test("a response of X with status 200 and without a user fails", async () => {
			const problem = {
				title: "Authorization Error",
				detail: "Not allowed to read this user",
				type: "https://api.x.com/2/problems/not-authorized-for-resource",
			};
			fake.substitutes.set(USER_URL, { answer: { errors: [problem] } });
			expect(await failureOf(signIn(), "FAILED_REQUEST", problem.detail)).toMatchObject({
				provider: "twitter",
				step: "user",
				status: 200,
				providerError: problem.type,
				providerErrorDescription: problem.detail,
			});
			fake.substitutes.set(USER_URL, { answer: { errors: [] } });
			await failureOf(signIn(), "INVALID_PROFILE");
		});

		test("a request for the user that X refuses fails with X's detail", async () => {
			const problem = { title: "CreditsDepleted", detail: "No credits for this request", status: 402 };
			fake.substitutes.set(USER_URL, { status: 402, answer: problem });
			await failureOf(signIn(), "FAILED_REQUEST", /status 402, .*No credits for this request/);
		});

		test("an error of X that repeats the access token is withheld", async () => {
			fake.substitutes.set(USER_URL, { answer: { errors: [{ type: TOKEN, detail: `No: ${TOKEN}` }] } });
			await failureOf(signIn(), "FAILED_REQUEST", "withheld");
		});
	});

	describe("startSignIn", () => {
		test("startSignIn makes a state that is short enough for X", async () => {
			expect((await create().startSignIn(loginRequest())).state.length).toBeLessThanOrEqual(500);
		});

		test("startSignIn asks X for a refresh token only if the config does", async () => {
			const scopeOf = async (scope: string[]) =>
				new URL((await create({ scope }).startSignIn(loginRequest())).url).searchParams.get("scope");
			expect(await scopeOf([])).toBe("users.read tweet.read");
			expect(await scopeOf(["offline.access"])).toBe("users.read tweet.read offline.access");
		});
	});

	test("refreshTokens does not take every invalid_request of X for INVALID_GRANT", async () => {
		const answer = { error: "invalid_request", error_description: "Missing required parameter [client_id]." };
		fake.substitutes.set(recording.token.url, { status: 400, answer });
		await failureOf(
			create().refreshTokens(fake.refreshToken),
			"FAILED_REQUEST",
			"Missing required parameter",
		);
	});
});
