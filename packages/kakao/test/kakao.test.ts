import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { failureOf } from "../../repo/src/secrets.ts";
import { CLIENT, FakeProvider, type Recording } from "../../testing/dist/index.js";
import { type KakaoConfig, type KakaoUser, kakao } from "../dist/index.js";

const recording: Recording = JSON.parse(readFileSync(new URL("recording.json", import.meta.url), "utf8"));
const USER_URL = "https://kapi.kakao.com/v2/user/me?secure_resource=true";

let fake: FakeProvider;
beforeEach(async () => {
	fake = new FakeProvider(recording);
	await fake.start();
	onTestFinished(() => fake.stop());
});

const provider = (config: Partial<KakaoConfig> = {}) => kakao({ ...CLIENT, fetch: fake.fetch, ...config });

/** A whole sign-in of a person with this account. */
async function signIn(kakao_account: KakaoUser["kakao_account"]) {
	fake.substitutes.set(USER_URL, { answer: { ...recording.user[USER_URL], kakao_account } });
	const { url, cookie } = await provider().startSignIn();
	const headers = { cookie: cookie.split(";")[0] ?? "" };
	return provider().handleCallback(new Request(fake.authorize(url), { headers }));
}

describe("the consent items", () => {
	test.each([
		["those of the console", {}, {}, null],
		["the app's", { scope: ["profile_nickname", "gender"] }, {}, "profile_nickname gender"],
		["those of one sign-in", {}, { scope: ["account_email"] }, "account_email"],
	])("are %s", async (_, config, options, scope) => {
		const { url } = await provider(config).startSignIn(options);
		expect(new URL(url).searchParams.get("scope")).toBe(scope);
	});
});

describe("an e-mail address", () => {
	const email = "ada@example.com";

	test.each([
		[true, true, true],
		[true, false, false],
		[true, undefined, undefined],
		[undefined, true, undefined],
		[undefined, undefined, undefined],
	])("that is valid %j and verified %j counts as %j", async (is_email_valid, is_email_verified, verified) => {
		const { profile } = await signIn({ email, is_email_valid, is_email_verified });
		expect(profile.email).toBe(email);
		expect(profile.emailVerified).toBe(verified);
	});

	test("that has gone to another account is masked, and absent", async () => {
		const { profile, providerUser } = await signIn({
			email: "ad***@example.com",
			is_email_valid: false,
			is_email_verified: true,
		});
		expect(profile).toEqual({ id: "4400000001" });
		expect(providerUser.kakao_account?.email).toBe("ad***@example.com");
	});

	test("that the person doesn't give is absent", async () => {
		const { profile } = await signIn({ has_email: true, email_needs_agreement: true });
		expect(profile).toEqual({ id: "4400000001" });
	});
});

test("a person who agreed to nothing has an id", async () => {
	expect((await signIn(undefined)).profile).toEqual({ id: "4400000001" });
});

test("the redirect URI is needed", async () => {
	expect(await failureOf(provider({ redirectUri: undefined }).startSignIn(), "INVALID_CONFIG")).toMatchObject(
		{ message: expect.stringContaining("redirectUri") },
	);
});

test.each([
	["https://kauth.kakao.com", true],
	["https://evil.example", false],
])("an iss of %s in the callback, where there is one", async (iss, accepted) => {
	const { url, cookie } = await provider().startSignIn();
	const callback = fake.authorize(url);
	callback.searchParams.set("iss", iss);
	const headers = { cookie: cookie.split(";")[0] ?? "" };
	const outcome = provider().handleCallback(new Request(callback, { headers }));
	if (accepted) expect(await outcome).toMatchObject({ providerUserId: "4400000001" });
	else await failureOf(outcome, "ISSUER_MISMATCH");
});
