import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failureOf } from "../../repo/src/secrets.ts";
import { cookiePair } from "../../repo/src/sign-in.ts";
import { CLIENT, FakeProvider, type Recording } from "../../testing/dist/index.js";
import { type SlackConfig, slack } from "../dist/index.js";

const recording: Recording = JSON.parse(readFileSync(new URL("recording.json", import.meta.url), "utf8"));
const { url: tokenUrl, answer: tokenAnswer } = recording.token;

let fake: FakeProvider;
beforeEach(async () => {
	fake = new FakeProvider(recording);
	await fake.start();
});
afterEach(() => fake.stop());

const provider = (config: Partial<SlackConfig> = {}) => slack({ ...CLIENT, fetch: fake.fetch, ...config });

async function signIn(claims: Record<string, unknown> = {}, config: Partial<SlackConfig> = {}) {
	fake.idTokenClaims = { ...fake.idTokenClaims, ...claims };
	const { url, cookie } = await provider(config).startSignIn();
	const headers = { cookie: cookiePair(cookie) };
	return provider(config).handleCallback(new Request(fake.authorize(url), { headers }));
}

describe("team", () => {
	const TEAM = "https://slack.com/team_id";

	test("is asked for, and only when set", async () => {
		const teamOf = async (config: Partial<SlackConfig>) =>
			new URL((await provider(config).startSignIn()).url).searchParams.get("team");
		expect(await teamOf({ team: "T0EXAMPLE1" })).toBe("T0EXAMPLE1");
		expect(await teamOf({})).toBeNull();
	});

	test.each([
		["T0EXAMPLE1", "T0EXAMPLE1", true],
		["T0EXAMPLE1", "T0ANOTHER1", false],
		["T0EXAMPLE1", "t0example1", false],
		["T0EXAMPLE1", undefined, false],
		["", "T0EXAMPLE1", false],
		[null as never, "T0EXAMPLE1", false],
		[undefined, "T0ANOTHER1", true],
		[undefined, undefined, false],
		[undefined, "", false],
		[undefined, ["T0EXAMPLE1"], false],
	])("%j and a person who signs in from %j", async (team, claim, accepted) => {
		const outcome = signIn({ [TEAM]: claim }, { team });
		if (accepted) expect(await outcome).toMatchObject({ providerUserId: `U0EXAMPLE1@${claim}` });
		else
			expect(await failureOf(outcome, "INVALID_ID_TOKEN")).toMatchObject({
				message: expect.stringContaining(`(${TEAM})`),
			});
	});

	test("can be no more than a hint", async () => {
		const { url } = await provider().startSignIn({ params: { team: "T0EXAMPLE1" } });
		expect(new URL(url).searchParams.get("team")).toBe("T0EXAMPLE1");
	});
});

describe("a sign-in", () => {
	test("gives the claims under Slack's own names, and the picture from one of them", async () => {
		const { providerUser, profile } = await signIn();
		expect(providerUser["https://slack.com/team_id"]).toBe("T0EXAMPLE1");
		expect(profile.picture).toBe("https://secure.gravatar.com/avatar/ada-512.png");
		expect(fake.requests.map(({ url }) => url)).not.toContain(
			"https://slack.com/api/openid.connect.userInfo",
		);
	});

	test("names the person by sub and the workspace, outside of which another can have the same sub", async () => {
		const user = { "https://slack.com/user_id": "U0ANOTHER1" };
		expect(await signIn(user)).toMatchObject({ providerUserId: "U0EXAMPLE1@T0EXAMPLE1" });
		expect(await signIn({ ...user, "https://slack.com/team_id": "T0ANOTHER1" })).toMatchObject({
			providerUserId: "U0EXAMPLE1@T0ANOTHER1",
		});
	});

	test("is bound by the nonce, without PKCE, which Slack has for clients without a secret", async () => {
		const { searchParams } = new URL((await provider().startSignIn()).url);
		expect(searchParams.has("code_challenge")).toBe(false);
		expect(searchParams.get("nonce")).toMatch(/^[\w-]{43}$/);
		await signIn();
		expect(fake.requests.find(({ url }) => url === tokenUrl)?.body).not.toContain("code_verifier");
		await failureOf(signIn({ nonce: "of-another-sign-in" }), "INVALID_ID_TOKEN");
	});

	test("without a given and a family name has neither", async () => {
		const { profile } = await signIn({ given_name: "", family_name: "" });
		expect(profile).not.toHaveProperty("givenName");
		expect(profile).not.toHaveProperty("familyName");
		expect(profile.name).toBe("Ada Example");
	});

	test("with an address that is not verified says so", async () => {
		const { profile } = await signIn({ email_verified: false, date_email_verified: 0 });
		expect(profile).toMatchObject({ email: "ada@example.com", emailVerified: false });
	});

	test("takes no other issuer", async () => {
		await failureOf(signIn({ iss: "https://slack.com.evil.example" }), "INVALID_ID_TOKEN");
	});

	test("is refused for an ID token that is signed in another way than Slack's", async () => {
		const { url, cookie } = await provider().startSignIn();
		const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
		const id_token = `${encode({ alg: "ES256" })}.${encode(fake.idTokenClaims)}.c2lnbmVk`;
		fake.substitutes.set(tokenUrl, { answer: { ...tokenAnswer, id_token } });
		const headers = { cookie: cookiePair(cookie) };
		const error = await failureOf(
			provider().handleCallback(new Request(fake.authorize(url), { headers })),
			"INVALID_ID_TOKEN",
		);
		expect(error.cause).toMatchObject({ code: "ERR_JOSE_ALG_NOT_ALLOWED" });
	});

	test.each(["invalid_code", "bad_redirect_uri", "invalid_grant"])(
		"that Slack refuses with status 200 (%s) is a failure",
		async (error) => {
			fake.substitutes.set(tokenUrl, { answer: { ok: false, error } });
			expect(await failureOf(signIn(), "FAILED_REQUEST")).toMatchObject({
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
		expect(await provider().refreshTokens("xoxe-1-old")).toMatchObject({
			refreshToken: "xoxe-1-fresh-of-ada",
			expiresAt: expect.any(Date),
		});
	});

	test("a refresh token that is no longer good says so", async () => {
		fake.substitutes.set(tokenUrl, { answer: { ok: false, error: "invalid_refresh_token" } });
		expect(await failureOf(provider().refreshTokens("xoxe-1-old"), "FAILED_REQUEST")).toMatchObject({
			step: "refresh",
			status: 200,
			providerError: "invalid_refresh_token",
		});
	});
});
