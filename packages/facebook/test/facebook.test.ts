import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { expectNoSecrets, failureOf } from "../../repo/src/secrets.ts";
import { cookiePair } from "../../repo/src/sign-in.ts";
import { CLIENT, FakeProvider, type Recording } from "../../testing/dist/index.js";
import { type FacebookConfig, facebook } from "../dist/index.js";

const recording: Recording = JSON.parse(readFileSync(new URL("recording.json", import.meta.url), "utf8"));
const [ME = "", USER] = Object.entries(recording.user)[0] ?? [];
const GRAPH = "https://graph.facebook.com/v25.0";

/** @see https://developers.facebook.com/docs/graph-api/guides/error-handling */
const INVALID_TOKEN = {
	status: 400,
	answer: {
		error: {
			message: "Error validating access token: Session has expired.",
			type: "OAuthException",
			code: 190,
			error_subcode: 463,
			fbtrace_id: "AbCdEfGh",
		},
	},
};

let fake: FakeProvider;
beforeEach(async () => {
	fake = new FakeProvider(recording);
	await fake.start();
});
afterEach(() => fake.stop());

function provider(config: Partial<FacebookConfig> = {}) {
	return facebook({ ...CLIENT, fetch: fake.fetch, ...config });
}

async function signIn(config: Partial<FacebookConfig> = {}, change: (callback: URL) => void = () => {}) {
	const subject = provider(config);
	const { url, cookie } = await subject.startSignIn();
	const callback = fake.authorize(url);
	change(callback);
	return subject.handleCallback(new Request(callback, { headers: { cookie: cookiePair(cookie) } }));
}

describe("the version of the Graph API", () => {
	test("is in every address", async () => {
		const v26 = (url: string) => url.replace("/v25.0/", "/v26.0/");
		const subject = provider({ graphVersion: "v26.0" });
		expect((await subject.startSignIn()).url).toMatch(
			/^https:\/\/www\.facebook\.com\/v26\.0\/dialog\/oauth\?/,
		);
		fake.substitutes.set(v26(recording.token.url), { answer: recording.token.answer });
		fake.substitutes.set(v26(ME), { answer: USER });
		fake.substitutes.set(v26(`${GRAPH}/me/permissions`), { answer: { success: true } });
		expect((await subject.validateCallback("code-of-ada")).providerUserId).toBe("10229000000000001");
		await subject.revokeToken("token-of-ada");
		expect(fake.requests.map(({ url }) => url)).toEqual([
			"https://graph.facebook.com/v26.0/oauth/access_token",
			"https://graph.facebook.com/v26.0/me?fields=id,name,first_name,last_name,email,picture",
			"https://graph.facebook.com/v26.0/me/permissions",
		]);
	});

	test.each(["25.0", "v25", "", "v25.0/../v2.0"])(
		"that is none (%j) shows at the first use",
		async (graphVersion) => {
			expect(await failureOf(provider({ graphVersion }).startSignIn(), "INVALID_CONFIG")).toMatchObject({
				message: expect.stringContaining("graphVersion"),
			});
		},
	);
});

describe("the authorization request", () => {
	test("names the configuration of Login for Business, if there is one", async () => {
		const params = async (config?: Partial<FacebookConfig>) =>
			new URL((await provider(config).startSignIn()).url).searchParams;
		expect((await params({ configId: "123456789012345" })).get("config_id")).toBe("123456789012345");
		expect((await params()).has("config_id")).toBe(false);
	});

	test("needs the redirect URI", async () => {
		await failureOf(provider({ redirectUri: undefined }).startSignIn(), "INVALID_CONFIG");
	});
});

describe("the user", () => {
	test("has the fields that are asked for", async () => {
		const user = { id: "10229000000000001", short_name: "Ada" };
		fake.substitutes.set(`${GRAPH}/me?fields=id,short_name`, { answer: user });
		const { providerUser, profile } = await signIn({ fields: ["id", "short_name"] });
		expect(providerUser).toEqual(user);
		expect(profile).toEqual({ id: "10229000000000001" });
	});

	test("may have no address and no picture", async () => {
		fake.substitutes.set(ME, { answer: { id: "10229000000000001", name: "Ada Example" } });
		expect((await signIn()).profile).toEqual({ id: "10229000000000001", name: "Ada Example" });
	});

	test("is not vouched for: an address is neither verified nor unverified", async () => {
		fake.substitutes.set(ME, { answer: { ...USER, verified: true } });
		const { profile } = await signIn();
		expect(profile.email).toBe("ada@example.com");
		expect(profile).not.toHaveProperty("emailVerified");
	});

	test("whose token is refused is an error in Facebook's words", async () => {
		fake.substitutes.set(ME, INVALID_TOKEN);
		expect(await failureOf(signIn(), "FAILED_REQUEST")).toMatchObject({
			step: "user",
			status: 400,
			providerError: "OAuthException",
			providerErrorDescription: "Error validating access token: Session has expired.",
		});
	});
});

describe("the callback", () => {
	test("of a person who says no is ACCESS_DENIED", async () => {
		const denied = signIn({}, ({ searchParams }) => {
			searchParams.delete("code");
			searchParams.set("error", "access_denied");
			searchParams.set("error_code", "200");
			searchParams.set("error_description", "Permissions error");
			searchParams.set("error_reason", "user_denied");
		});
		await failureOf(denied, "ACCESS_DENIED");
		expect(fake.requests).toEqual([]);
	});
});

describe("a revocation", () => {
	test("takes the app out of the person's account, by the person's token alone", async () => {
		await provider().revokeToken("token-of-ada");
		expect(fake.requests).toMatchObject([{ method: "DELETE", url: `${GRAPH}/me/permissions` }]);
		const [request] = fake.requests;
		expect(new URLSearchParams(request?.body).get("access_token")).toBe("token-of-ada");
		expect(JSON.stringify(request)).not.toContain(encodeURIComponent(CLIENT.clientSecret));
	});

	test("with a token that is no longer good fails", async () => {
		fake.substitutes.set(`${GRAPH}/me/permissions`, INVALID_TOKEN);
		const error = await failureOf(provider().revokeToken("token-of-ada"), "FAILED_REQUEST");
		expect(error).toMatchObject({ step: "revocation", status: 400, providerError: "OAuthException" });
		expectNoSecrets(error, ["token-of-ada", CLIENT.clientSecret]);
	});
});
