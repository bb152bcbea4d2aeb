import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { expectNoSecrets, failureOf } from "../../repo/src/secrets.ts";
import { callbackRequest } from "../../repo/src/sign-in.ts";
import { CLIENT, FakeProvider, type Recording } from "../../testing/dist/index.js";
import { twitter, type XConfig } from "../dist/index.js";

const recording: Recording = JSON.parse(readFileSync(new URL("recording.json", import.meta.url), "utf8"));
const userUrl = recording.id.in;
const { data } = recording.user[userUrl] as { data: { confirmed_email: string } };
const token = recording.token.answer.access_token as string;

let fake: FakeProvider;
beforeEach(async () => {
	fake = new FakeProvider(recording);
	await fake.start();
});
afterEach(() => fake.stop());

const provider = (config: Partial<XConfig> = {}) => twitter({ ...CLIENT, fetch: fake.fetch, ...config });

async function signIn(config: Partial<XConfig> = {}) {
	const flow = await provider(config).startSignIn();
	const code = fake.authorize(flow.url).searchParams.get("code") ?? "";
	return provider(config).handleCallback(callbackRequest(flow, { code }));
}

const scopeOf = async (config: Partial<XConfig>) =>
	new URL((await provider(config).startSignIn()).url).searchParams.get("scope")?.split(" ");

describe("the person", () => {
	test("is the inner answer", async () => {
		expect((await signIn()).providerUser).toEqual(data);
	});

	test("without a confirmed address has none, and nothing is said about one", async () => {
		const { confirmed_email, ...rest } = data;
		fake.substitutes.set(userUrl, { answer: { data: rest } });
		const { profile } = await signIn();
		expect(profile).not.toHaveProperty("email");
		expect(profile).not.toHaveProperty("emailVerified");
	});

	test("is not asked for an address that the app may not have", async () => {
		expect(await scopeOf({ email: false })).toEqual(["users.read", "tweet.read"]);
		await failureOf(signIn({ email: false }), "FAILED_REQUEST");
		expect(fake.requests.at(-1)?.url).toBe("https://api.x.com/2/users/me?user.fields=profile_image_url");
	});

	test("is somebody although one field is refused", async () => {
		const { confirmed_email, ...rest } = data;
		const errors = [
			{
				title: "Field Authorization Error",
				detail: "Not allowed to read User.confirmed_email",
				type: "https://api.x.com/2/problems/not-authorized-for-field",
			},
		];
		fake.substitutes.set(userUrl, { answer: { data: rest, errors } });
		expect((await signIn()).profile).toMatchObject({ username: "robinfield" });
	});

	test("is nobody where X answers 200 and nothing but errors", async () => {
		const problem = {
			title: "Authorization Error",
			detail: "Not allowed to read this user",
			type: "https://api.x.com/2/problems/not-authorized-for-resource",
		};
		fake.substitutes.set(userUrl, { answer: { errors: [problem] } });
		expect(await failureOf(signIn(), "FAILED_REQUEST")).toMatchObject({
			provider: "twitter",
			step: "user",
			status: 200,
			providerError: problem.type,
			providerErrorDescription: problem.detail,
		});
		fake.substitutes.set(userUrl, { answer: { errors: [] } });
		await failureOf(signIn(), "INVALID_PROFILE");
	});

	test("who is refused in words that repeat the token leaves no trace of it", async () => {
		fake.substitutes.set(userUrl, { answer: { errors: [{ type: token, detail: `No: ${token}` }] } });
		expectNoSecrets(await failureOf(signIn(), "FAILED_REQUEST"), [token]);
	});
});

describe("the authorization request", () => {
	test("has a state that is short enough for X", async () => {
		expect((await provider().startSignIn()).state.length).toBeLessThanOrEqual(500);
	});

	test("asks for a refresh token only when told to", async () => {
		expect(await scopeOf({})).not.toContain("offline.access");
		expect(await scopeOf({ scope: ["offline.access"] })).toContain("offline.access");
	});
});

test("a refresh rotates the refresh token", async () => {
	expect((await provider().refreshTokens("old-refresh-token")).refreshToken).toBe(
		recording.refresh?.answer.refresh_token,
	);
});

test("the redirect URI is needed", async () => {
	const without = provider({ redirectUri: undefined });
	expect((await failureOf(without.startSignIn(), "INVALID_CONFIG")).message).toContain("redirectUri");
});
