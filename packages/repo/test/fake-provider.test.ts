import { readFileSync } from "node:fs";
import { discord } from "@oauth/discord";
import { CLIENT, FakeProvider, type Recording } from "@oauth/testing";
import { expect, onTestFinished, test } from "vitest";
import { failureOf } from "../src/secrets.ts";
import { cookiePair } from "../src/sign-in.ts";

const file = new URL("../../discord/test/recording.json", import.meta.url);
const recording: Recording = JSON.parse(readFileSync(file, "utf8"));
const USER_URL = "https://discord.com/api/users/@me";
const APP = {
	clientId: "demo client",
	clientSecret: "demo secret+/=",
	redirectUri: "http://localhost:5173/login/discord/callback",
};

async function start(client = CLIENT) {
	const fake = new FakeProvider(recording, client);
	await fake.start();
	onTestFinished(() => fake.stop());
	const provider = discord({ ...client, fetch: fake.fetch });
	const begin = async (user?: Record<string, Record<string, unknown>>) => {
		const { url, cookie } = await provider.startSignIn();
		const callback = fake.authorize(url, user);
		const request = new Request(callback, { headers: { cookie: cookiePair(cookie) } });
		return () => provider.handleCallback(request);
	};
	return { fake, provider, begin };
}

test("knows the app that it is given, and no other", async () => {
	const { fake, provider, begin } = await start(APP);
	const finish = await begin();
	expect((await finish()).profile).toEqual(recording.profile);

	const { url } = await discord(CLIENT).startSignIn();
	expect(() => fake.authorize(url)).toThrow("client_id");
	const elsewhere = discord({ ...APP, redirectUri: "https://evil.example/" });
	expect(() => fake.authorize(elsewhere.getAuthorizationUrl())).toThrow("redirect_uri");
	const impostor = discord({ ...APP, clientSecret: "another", fetch: fake.fetch });
	expect(await failureOf(impostor.refreshTokens("any"), "FAILED_REQUEST")).toMatchObject({ status: 401 });
	expect(await provider.refreshTokens("any")).toMatchObject({ tokenType: "Bearer" });
});

test("tells each of several people apart, in whatever order they come back", async () => {
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

test("tells nothing for a token that it hasn't given out", async () => {
	const { fake, begin } = await start();
	await begin({ [USER_URL]: { id: "36" } });
	const token = recording.token.answer.access_token;
	for (const authorization of [`Bearer ${token}-1`, `Basic ${token}`, "Bearer undefined", ""])
		expect((await fake.fetch(USER_URL, { headers: { authorization } })).status).toBe(401);
	expect((await fake.fetch(USER_URL, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
});
