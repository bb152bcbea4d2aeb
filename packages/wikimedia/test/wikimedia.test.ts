import { testProvider } from "@oauth/testing/vitest";
import { wikimedia } from "@oauth/wikimedia";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_AGENT = "ExampleApp/1.0 (https://example.com; ops@example.com)";

testProvider(wikimedia, recording, ({ fake, create, signIn, failureOf }) => {
	const userAgents = () => fake.requests.map(({ headers }) => headers["user-agent"]);

	describe("the id", () => {
		test.each(["0", 0, "00", " 0", "0.0", "-0", "-1"])(
			"a Wikimedia account whose sub is %j is refused, because only a positive number names a single account",
			async (sub) => {
				await failureOf(signIn({ sub }), "INVALID_PROFILE");
			},
		);

		test("a sub that is a number, as older software sends it, is the same Wikimedia account", async () => {
			expect((await signIn({ sub: 12345678 })).providerUserId).toBe("12345678");
			expect((await signIn()).providerUserId).toBe("12345678");
		});

		test("a renamed Wikimedia account keeps its id", async () => {
			expect((await signIn({ username: "Robin Meadow" })).profile).toMatchObject({
				id: "12345678",
				username: "Robin Meadow",
			});
		});
	});

	describe("the user", () => {
		test("a hidden Wikimedia user, of whom only sub and blocked are sent, has a profile with only an id", async () => {
			const names = Object.keys(
				recording.user["https://meta.wikimedia.org/w/rest.php/oauth2/resource/profile"],
			);
			const absent = Object.fromEntries(names.map((name) => [name, undefined]));
			const { profile } = await signIn({ ...absent, sub: "12345678", blocked: true });
			expect(profile).toEqual({ id: "12345678" });
		});

		test("a Wikimedia account with a block signs in, and providerUser says so", async () => {
			expect((await signIn({ blocked: true })).providerUser.blocked).toBe(true);
		});

		test("a real name in the response of Wikimedia is the name", async () => {
			expect((await signIn({ realname: "Robin F. Field" })).profile.name).toBe("Robin F. Field");
		});
	});

	describe("e-mail", () => {
		test("an unconfirmed e-mail address, which Wikimedia sends empty, is absent and not verified", async () => {
			const { profile } = await signIn({ email: "", email_verified: false, confirmed_email: false });
			expect(profile).not.toHaveProperty("email");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test("a Wikimedia user signs in without an address if the app may not read it, although email_verified is true", async () => {
			const { profile } = await signIn({ email: undefined, realname: undefined });
			expect(profile).toEqual({ id: "12345678", username: "Robin Field" });
		});
	});

	describe("userAgent", () => {
		test("a userAgent for Wikimedia that can't be a header is INVALID_CONFIG", async () => {
			for (const userAgent of ["Näme\u2019s app", "app\nx: y"]) {
				const starting = create({ userAgent }).startSignIn(new Request("http://localhost:3000/login"));
				await failureOf(starting, "INVALID_CONFIG", '"userAgent" has a character');
			}
		});

		test("every request to Wikimedia has the userAgent of the config", async () => {
			await signIn({}, { config: { userAgent: USER_AGENT } });
			await create({ userAgent: USER_AGENT }).refreshTokens(fake.refreshToken);
			expect(userAgents()).toEqual(Array(3).fill(USER_AGENT));
		});

		test.each(["", undefined])(
			"requests to Wikimedia with the userAgent %j name this package in the form of its policy",
			async (userAgent) => {
				await signIn({}, { config: { userAgent } });
				expect(userAgents()).toHaveLength(2);
				for (const sent of userAgents()) expect(sent).toMatch(/^[\w-]+\/\d+ \(https:\/\/\S+\)$/);
			},
		);
	});

	describe("a refusal", () => {
		const cancel = (change?: (params: URLSearchParams) => void) =>
			signIn(
				{},
				{
					callback(params) {
						params.delete("code");
						params.set("error", "unauthorized_client");
						params.set("error_description", "User has rejected the request from client application");
						change?.(params);
					},
				},
			);

		test("a user who declines at Wikimedia is ACCESS_DENIED, although the callback has no state", async () => {
			const error = await failureOf(
				cancel((params) => params.delete("state")),
				"ACCESS_DENIED",
			);
			expect(error).toMatchObject({ provider: "wikimedia", step: "callback" });
			expect(error).not.toHaveProperty("cookie");
		});

		test("a user who declines at Wikimedia is ACCESS_DENIED, also if the callback has a state", async () => {
			expect(await failureOf(cancel(), "ACCESS_DENIED")).toMatchObject({
				providerError: "unauthorized_client",
			});
		});
	});
});
