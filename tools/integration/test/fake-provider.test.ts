import { readFileSync } from "node:fs";
import { discord } from "@oauth/discord";
import { github } from "@oauth/github";
import { google } from "@oauth/google";
import { failureOf } from "@oauth/test-kit/errors";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { CLIENT, FakeProvider, type UserAnswers } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, onTestFinished, test } from "vitest";
import recording from "../../../packages/discord/test/recording.json" with { type: "json" };
import googleRecording from "../../../packages/google/test/recording.json" with { type: "json" };

const USER_URL = recording.id.in;
const APP = {
	clientId: "demo client",
	clientSecret: "demo secret+/=",
	redirectUri: "http://localhost:5173/login/discord/callback",
};

async function start(client = CLIENT) {
	const fake = new FakeProvider(recording, client);
	await fake.start();
	onTestFinished(() => fake.stop());
	const create = (config: object = {}) => discord({ ...client, fetch: fake.fetch, ...config });
	const begin = async (user?: UserAnswers) => {
		const provider = create();
		const callback = fake.answer(await provider.startSignIn(loginRequest()), undefined, user);
		return () => provider.handleCallback(callback);
	};
	return { fake, create, begin };
}

test("FakeProvider accepts the app that it was given, and refuses any other", async () => {
	const { fake, create, begin } = await start(APP);
	const finish = await begin();
	expect((await finish()).profile).toEqual(recording.profile);

	expect(() => fake.authorize(discord(CLIENT).getAuthorizationUrl())).toThrow("client_id");
	const elsewhere = create({ redirectUri: "https://evil.example/" });
	expect(() => fake.authorize(elsewhere.getAuthorizationUrl())).toThrow("redirect_uri");
	const refused = create({ clientSecret: "another" }).refreshTokens(fake.refreshToken);
	expect(await failureOf(refused, "FAILED_REQUEST")).toMatchObject({ status: 401 });
	expect(fake.requests.at(-1)?.refusal).toBe("the client did not authenticate by client_secret_basic");
	expect(await create().refreshTokens(fake.refreshToken)).toMatchObject({ tokenType: "Bearer" });
});

test("FakeProvider tells several users apart, in whatever order they return", async () => {
	const { begin } = await start();
	const [finishAda, finishGrace, finishRecorded] = [
		await begin({ [USER_URL]: { id: "36", username: "ada", discriminator: "0" } }),
		await begin({ [USER_URL]: { id: "85", username: "grace", discriminator: "0" } }),
		await begin(),
	];
	const grace = await finishGrace();
	const recorded = await finishRecorded();
	const ada = await finishAda();
	expect([ada, grace, recorded].map(({ profile }) => profile.username)).toEqual(["ada", "grace", "ada"]);
	expect([ada, grace, recorded].map(({ profile }) => profile.id)).toEqual(["36", "85", recording.profile.id]);
	expect(new Set([ada, grace, recorded].map(({ tokens }) => tokens.accessToken)).size).toBe(3);
});

test("FakeProvider refuses an access token that it has not issued", async () => {
	const { fake, begin } = await start();
	await begin({ [USER_URL]: { id: "36" } });
	const token = recording.token.answer.access_token;
	for (const authorization of [`Bearer ${token}-1`, `Basic ${token}`, "Bearer undefined", ""])
		expect((await fake.fetch(USER_URL, { headers: { authorization } })).status).toBe(401);
	expect((await fake.fetch(USER_URL, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
});

test("FakeProvider redeems a code once, with the code verifier of its own sign-in", async () => {
	const { fake, create } = await start();
	const provider = create();
	const callback = fake.answer(await provider.startSignIn(loginRequest()));
	await provider.handleCallback(callback.clone());
	await failureOf(provider.handleCallback(callback), "FAILED_REQUEST");
	expect(fake.requests.at(-1)?.refusal).toBe("the code was already used or never issued");

	const code =
		fake.authorize((await provider.startSignIn(loginRequest())).url).searchParams.get("code") ?? "";
	await failureOf(provider.validateCallback(code, { codeVerifier: "x".repeat(43) }), "FAILED_REQUEST");
	expect(fake.requests.at(-1)?.refusal).toBe("code_verifier does not match the code challenge");
});

describe("FakeProvider's refresh tokens", () => {
	test("FakeProvider accepts a refresh token that it has issued, but a rotated one only once", async () => {
		const { fake, create } = await start();
		await failureOf(create().refreshTokens("never-issued"), "INVALID_GRANT");
		const { refreshToken = "", accessToken } = await create().refreshTokens(fake.refreshToken);
		await failureOf(create().refreshTokens(fake.refreshToken), "INVALID_GRANT");
		expect(await create().refreshTokens(refreshToken)).toMatchObject({ tokenType: "Bearer" });
		const authorization = `Bearer ${accessToken}`;
		expect((await fake.fetch(USER_URL, { headers: { authorization } })).status).toBe(200);
	});

	test("FakeProvider signs an ID token for a refresh if the recording has one", async () => {
		const refresh = { answer: { ...googleRecording.refresh.answer, id_token: "replaced" } };
		const fake = new FakeProvider({ ...googleRecording, refresh });
		await fake.start();
		onTestFinished(() => fake.stop());
		const { idToken = "" } = await google({ ...CLIENT, fetch: fake.fetch }).refreshTokens(fake.refreshToken);
		const claims = JSON.parse(Buffer.from(idToken.split(".")[1] ?? "", "base64url").toString());
		expect(claims).toMatchObject({ sub: googleRecording.idToken.claims.sub, aud: CLIENT.clientId });
		expect(claims).not.toHaveProperty("nonce");
	});
});

describe("FakeProvider's substitutes", () => {
	test("a substitute has a status, headers, and JSON or text, and ends after the given number of requests", async () => {
		const { fake } = await start();
		const authorization = `Bearer ${recording.token.answer.access_token}`;
		const get = () => fake.fetch(USER_URL, { headers: { authorization } });
		const headers = { "retry-after": "57" };
		fake.substitutes.set(USER_URL, { status: 429, headers, answer: null, times: 2 });
		for (const _ of "12") {
			const response = await get();
			expect([response.status, response.headers.get("retry-after")]).toEqual([429, "57"]);
			expect(response.headers.get("content-type")).toBe("application/json");
			expect(await response.json()).toBeNull();
		}
		expect((await get()).status).toBe(200);
		fake.substitutes.set(USER_URL, { text: "<h1>Hello</h1>" });
		const page = await get();
		expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
		expect(await page.text()).toBe("<h1>Hello</h1>");
		expect(fake.requests.map(({ refusal }) => refusal)).toEqual(Array(4).fill(undefined));
	});

	test("a substitute breaks the connection or never responds", async () => {
		const { fake, create } = await start();
		for (const connection of ["broken", "silent"] as const) {
			fake.substitutes.set(recording.token.url, { connection });
			const failing = create({ timeout: 300 }).validateCallback("code");
			const error = await failureOf(failing, "FAILED_REQUEST");
			if (connection === "silent") expect(error.message).toContain("no response within 0.3 s");
			expect(error).not.toHaveProperty("status");
		}
		expect(fake.requests).toHaveLength(2);
	});
});

test("FakeProvider forgets everything at a reset", async () => {
	const { fake, create, begin } = await start();
	const [provider, finish] = [create(), await begin()];
	fake.substitutes.set(USER_URL, { status: 500 });
	await finish().catch(() => {});
	fake.reset();
	expect(fake.requests).toEqual([]);
	expect(fake.substitutes.size).toBe(0);
	// A provider with the fetch from before the reset can't disturb this test.
	const error = await failureOf(provider.refreshTokens(fake.refreshToken), "FAILED_REQUEST");
	expect(error.message).toContain("the fake provider was reset");
	await failureOf(
		(await begin()).call(undefined).then(() => finish()),
		"FAILED_REQUEST",
	);
	expect(fake.requests.map(({ url }) => url)).toEqual([recording.token.url, USER_URL]);
});

describe("the recording in the README", () => {
	const readme = readFileSync(new URL("../../../packages/testing/README.md", import.meta.url), "utf8");
	const [, json = ""] = /^```json\n(.*?)^```$/ms.exec(readme) ?? [];
	testProvider(github, JSON.parse(json));
});
