import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failureOf } from "../../repo/src/secrets.ts";
import { callbackRequest } from "../../repo/src/sign-in.ts";
import { CLIENT, FakeProvider, type Recording } from "../../testing/dist/index.js";
import { type NotionConfig, notion } from "../dist/index.js";

const recording: Recording = JSON.parse(readFileSync(new URL("recording.json", import.meta.url), "utf8"));
const { url: tokenUrl, answer } = recording.token;
const { user } = answer.owner as { user: { id: string; person: object } };

let fake: FakeProvider;
beforeEach(async () => {
	fake = new FakeProvider(recording);
	await fake.start();
});
afterEach(() => fake.stop());

const provider = (config: Partial<NotionConfig> = {}) => notion({ ...CLIENT, fetch: fake.fetch, ...config });

async function signIn() {
	const flow = await provider().startSignIn();
	const code = fake.authorize(flow.url).searchParams.get("code") ?? "";
	return provider().handleCallback(callbackRequest(flow, { code }));
}

/** The token answer, with something else in it than recorded. */
function answerWith(change: object) {
	fake.substitutes.set(tokenUrl, { answer: { ...answer, ...change } });
}

describe("the person", () => {
	test("comes with the tokens, not from the bot's address", async () => {
		const session = await signIn();
		expect(session.providerUser).toEqual(user);
		expect(session.providerUserId).not.toBe(answer.bot_id);
		expect(session.tokens.raw).toMatchObject({ workspace_id: answer.workspace_id, bot_id: answer.bot_id });
		expect(fake.requests.map(({ url }) => url)).toEqual([tokenUrl]);
	});

	test("has an address that nobody vouches for", async () => {
		expect((await signIn()).profile).not.toHaveProperty("emailVerified");
	});

	test("is no more than an id where the connection may not read user information", async () => {
		answerWith({ owner: { type: "user", user: { object: "user", id: user.id } } });
		expect((await signIn()).profile).toEqual({ id: user.id });
	});

	test("may have no address, no name and no picture", async () => {
		answerWith({ owner: { type: "user", user: { ...user, name: null, avatar_url: null, person: {} } } });
		expect((await signIn()).profile).toEqual({ id: user.id });
	});

	test("is missing where a workspace is the owner", async () => {
		answerWith({ owner: { type: "workspace", workspace: true } });
		await failureOf(signIn(), "INVALID_PROFILE");
		answerWith({ owner: undefined });
		await failureOf(signIn(), "INVALID_PROFILE");
	});
});

describe("the tokens", () => {
	test("have no end, and may come without a refresh token", async () => {
		expect((await signIn()).tokens).not.toHaveProperty("expiresAt");
		answerWith({ refresh_token: null });
		expect((await signIn()).tokens).not.toHaveProperty("refreshToken");
	});

	test("are revoked by JSON", async () => {
		await provider().revokeToken("token-to-revoke");
		const [request] = fake.requests;
		expect(request?.headers["content-type"]).toMatch(/^application\/json/);
		expect(JSON.parse(request?.body ?? "")).toEqual({ token: "token-to-revoke" });
	});
});

test("every request names the version of the API", async () => {
	await signIn();
	await provider().refreshTokens("old-refresh-token");
	await provider().revokeToken("token-to-revoke");
	const versions = fake.requests.map(({ headers }) => headers["notion-version"]);
	expect(versions).toEqual(Array(3).fill("2022-06-28"));
});

test("the redirect URI is needed", async () => {
	const without = provider({ redirectUri: undefined });
	expect((await failureOf(without.startSignIn(), "INVALID_CONFIG")).message).toContain("redirectUri");
});
