import { slack } from "@oauth/slack";
import { createIssuer, createKey } from "@oauth/test-kit/issuer";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { CLIENT } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const TEAM = "https://slack.com/team_id";
const tokenUrl = recording.token.url;

testProvider(slack, recording, ({ fake, create, signIn, failureOf }) => {
	describe("team", () => {
		test("is asked for, and only when set", () => {
			const teamOf = (team?: string) =>
				new URL(create({ team }).getAuthorizationUrl()).searchParams.get("team");
			expect(teamOf("T0EXAMPLE1")).toBe("T0EXAMPLE1");
			expect(teamOf()).toBeNull();
		});

		test.each([
			["T0EXAMPLE1", "T0EXAMPLE1", true],
			["T0EXAMPLE1", "T0ANOTHER1", false],
			["T0EXAMPLE1", "t0example1", false],
			["T0EXAMPLE1", undefined, false],
			[undefined, "T0ANOTHER1", true],
			[undefined, undefined, false],
			[undefined, "", false],
			[undefined, ["T0EXAMPLE1"], false],
		])("%j and a user who signs in from %j", async (team, claim, accepted) => {
			const outcome = signIn({ [TEAM]: claim }, { config: { team } });
			if (accepted) expect(await outcome).toMatchObject({ providerUserId: `U0EXAMPLE1@${claim}` });
			else await failureOf(outcome, "INVALID_ID_TOKEN", `"${TEAM}"`);
		});

		test("that is empty says so before anybody leaves", async () => {
			const starting = create({ team: "" }).startSignIn(loginRequest());
			await failureOf(starting, "INVALID_CONFIG", `"team" must be`);
		});

		test("can be no more than a hint", async () => {
			const { url } = await create().startSignIn(loginRequest(), { params: { team: "T0EXAMPLE1" } });
			expect(new URL(url).searchParams.get("team")).toBe("T0EXAMPLE1");
		});
	});

	describe("a sign-in", () => {
		test("gives the claims under Slack's own names", async () => {
			const { providerUser } = await signIn();
			expect(providerUser[TEAM]).toBe("T0EXAMPLE1");
		});

		test("names the user by sub and the workspace, outside of which another can have the same sub", async () => {
			const user = { "https://slack.com/user_id": "U0ANOTHER1" };
			expect(await signIn(user)).toMatchObject({ providerUserId: "U0EXAMPLE1@T0EXAMPLE1" });
			expect(await signIn({ ...user, [TEAM]: "T0ANOTHER1" })).toMatchObject({
				providerUserId: "U0EXAMPLE1@T0ANOTHER1",
			});
		});

		test("without a given and a family name has neither", async () => {
			const { profile } = await signIn({ given_name: "", family_name: "" });
			expect(profile).not.toHaveProperty("givenName");
			expect(profile).not.toHaveProperty("familyName");
			expect(profile.name).toBe("Ada Example");
		});

		test("with an ID token that is signed in another way than Slack's is refused", async () => {
			const issuer = await createIssuer(CLIENT.clientId);
			issuer.keys = [await createKey("elliptic", "ES256")];
			const { jwks, claims } = recording.idToken;
			fake.substitutes.set(jwks, { answer: { keys: issuer.keys.map(({ publicJwk }) => publicJwk) } });
			const idToken = await issuer.sign(issuer.claims({ ...claims, nonce: "n" }));
			const outcome = create().validateIdToken(idToken, { nonce: "n" });
			await failureOf(outcome, "INVALID_ID_TOKEN", "expected RS256");
		});

		test.each(["invalid_code", "bad_redirect_uri", "invalid_grant"])(
			"that Slack refuses with status 200 (%s) is a failure",
			async (error) => {
				fake.substitutes.set(tokenUrl, { answer: { ok: false, error } });
				expect(await failureOf(signIn(), "FAILED_REQUEST", error)).toMatchObject({
					step: "token",
					status: 200,
					providerError: error,
				});
			},
		);
	});

	describe("after sign-in", () => {
		test("tokens have no end, unless the app rotates them", async () => {
			const { tokens } = await signIn();
			expect(tokens).not.toHaveProperty("expiresAt");
			expect(tokens).not.toHaveProperty("refreshToken");
			expect(await create().refreshTokens(fake.refreshToken)).toMatchObject({
				refreshToken: "xoxe-1-fresh-of-ada",
				expiresAt: expect.any(Date),
			});
		});

		test("a refresh that fails for another reason is no dead grant", async () => {
			fake.substitutes.set(tokenUrl, { answer: { ok: false, error: "internal_error" } });
			const refreshing = create().refreshTokens(fake.refreshToken);
			await failureOf(refreshing, "FAILED_REQUEST", "internal_error");
		});
	});
});
