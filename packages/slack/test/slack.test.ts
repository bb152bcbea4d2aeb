import { slack } from "@oauth/slack";
import { createIssuer } from "@oauth/test-kit/issuer";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { createKey } from "@oauth/test-kit/signing-key";
import { CLIENT } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const TEAM = "https://slack.com/team_id";
const tokenUrl = recording.token.url;

testProvider(slack, recording, ({ fake, create, signIn, failureOf }) => {
	describe("team", () => {
		test("getAuthorizationUrl sends the team only if it is set", () => {
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
		])("team %j, with a user from %j: accepted is %j", async (team, claim, accepted) => {
			const outcome = signIn({ [TEAM]: claim }, { config: { team } });
			if (accepted) expect(await outcome).toMatchObject({ providerUserId: `U0EXAMPLE1@${claim}` });
			else await failureOf(outcome, "INVALID_ID_TOKEN", `"${TEAM}"`);
		});

		test("an empty team is refused when the sign-in starts", async () => {
			const starting = create({ team: "" }).startSignIn(loginRequest());
			await failureOf(starting, "INVALID_CONFIG", `"team" must be`);
		});

		test("startSignIn can send a team that is only a hint", async () => {
			const { url } = await create().startSignIn(loginRequest(), { params: { team: "T0EXAMPLE1" } });
			expect(new URL(url).searchParams.get("team")).toBe("T0EXAMPLE1");
		});
	});

	describe("a sign-in", () => {
		test("providerUser has the claims under Slack's own names", async () => {
			const { providerUser } = await signIn();
			expect(providerUser[TEAM]).toBe("T0EXAMPLE1");
		});

		test("the same sub in another Slack workspace is another user", async () => {
			const user = { "https://slack.com/user_id": "U0ANOTHER1" };
			expect(await signIn(user)).toMatchObject({ providerUserId: "U0EXAMPLE1@T0EXAMPLE1" });
			expect(await signIn({ ...user, [TEAM]: "T0ANOTHER1" })).toMatchObject({
				providerUserId: "U0EXAMPLE1@T0ANOTHER1",
			});
		});

		test("an empty given name and family name are absent from the profile", async () => {
			const { profile } = await signIn({ given_name: "", family_name: "" });
			expect(profile).not.toHaveProperty("givenName");
			expect(profile).not.toHaveProperty("familyName");
			expect(profile.name).toBe("Ada Example");
		});

		test("an ID token of Slack is refused if it is not signed with RS256", async () => {
			const issuer = await createIssuer(CLIENT.clientId);
			issuer.keys = [await createKey("elliptic", "ES256")];
			const { jwks, claims } = recording.idToken;
			fake.substitutes.set(jwks, { answer: { keys: issuer.keys.map(({ publicJwk }) => publicJwk) } });
			const idToken = await issuer.sign(issuer.claims({ ...claims, nonce: "n" }));
			const outcome = create().validateIdToken(idToken, { nonce: "n" });
			await failureOf(outcome, "INVALID_ID_TOKEN", "expected RS256");
		});

		test.each(["invalid_code", "bad_redirect_uri", "invalid_grant"])(
			"a sign-in that Slack refuses with %s and status 200 fails",
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

	describe("tokens", () => {
		test("the tokens of Slack expire only if the app rotates them", async () => {
			const { tokens } = await signIn();
			expect(tokens).not.toHaveProperty("expiresAt");
			expect(tokens).not.toHaveProperty("refreshToken");
			expect(await create().refreshTokens(fake.refreshToken)).toMatchObject({
				refreshToken: recording.refresh.answer.refresh_token,
				expiresAt: expect.any(Date),
			});
		});

		test("a refresh that fails with internal_error is a FAILED_REQUEST, not an INVALID_GRANT", async () => {
			fake.substitutes.set(tokenUrl, { answer: { ok: false, error: "internal_error" } });
			const refreshing = create().refreshTokens(fake.refreshToken);
			await failureOf(refreshing, "FAILED_REQUEST", "internal_error");
		});
	});
});
