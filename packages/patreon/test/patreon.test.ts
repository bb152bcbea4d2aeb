import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failureOf } from "../../repo/src/secrets.ts";
import { callbackRequest } from "../../repo/src/sign-in.ts";
import { CLIENT, FakeProvider, type Recording } from "../../testing/dist/index.js";
import { type PatreonConfig, patreon } from "../dist/index.js";

const recording: Recording = JSON.parse(readFileSync(new URL("recording.json", import.meta.url), "utf8"));
const userUrl = recording.id.in;
const { data } = recording.user[userUrl] as { data: { id: string; type: string; attributes: object } };

let fake: FakeProvider;
beforeEach(async () => {
	fake = new FakeProvider(recording);
	await fake.start();
});
afterEach(() => fake.stop());

const provider = (config: Partial<PatreonConfig> = {}) =>
	patreon({ ...CLIENT, fetch: fake.fetch, ...config });

async function signIn(config: Partial<PatreonConfig> = {}) {
	const flow = await provider(config).startSignIn();
	const code = fake.authorize(flow.url).searchParams.get("code") ?? "";
	return provider(config).handleCallback(callbackRequest(flow, { code }));
}

/** The person, with other attributes than recorded. */
function answerWith(attributes: object) {
	fake.substitutes.set(userUrl, { answer: { data: { ...data, attributes } } });
}

describe("the person", () => {
	test("is the inner answer, with the fields that were named", async () => {
		expect((await signIn()).providerUser).toEqual(data);
		const { url } = fake.requests.at(-1) ?? { url: "" };
		expect(url).not.toMatch(/[[\]]/);
		expect(new URL(url).searchParams.get("fields[user]")?.split(",")).toEqual(
			Object.keys(data.attributes).sort(),
		);
	});

	test("is asked for the same fields at another address", async () => {
		const user = "https://patreon.example/identity";
		await failureOf(signIn({ endpoints: { user } }), "FAILED_REQUEST");
		expect(fake.requests.at(-1)?.url).toBe(userUrl.replace(/^[^?]+/, user));
	});

	test("without the scope for it has no address, and nothing is said about one", async () => {
		const { email, ...attributes } = data.attributes as { email: string };
		expect(email).toBe("ada@example.com");
		answerWith(attributes);
		const { profile } = await signIn();
		expect(profile).not.toHaveProperty("email");
		expect(profile).not.toHaveProperty("emailVerified");
	});

	test("may have an address that is not confirmed", async () => {
		answerWith({ ...data.attributes, is_email_verified: false });
		expect((await signIn()).profile).toMatchObject({ email: "ada@example.com", emailVerified: false });
		answerWith({ ...data.attributes, is_email_verified: undefined });
		expect((await signIn()).profile).not.toHaveProperty("emailVerified");
	});

	test("may have no page and one name", async () => {
		answerWith({ ...data.attributes, vanity: null, full_name: "Ada", last_name: null });
		const { profile } = await signIn();
		expect(profile).toMatchObject({ name: "Ada", givenName: "Ada" });
		expect(profile).not.toHaveProperty("username");
		expect(profile).not.toHaveProperty("familyName");
	});

	test("that Patreon refuses to name is nobody", async () => {
		fake.substitutes.set(userUrl, {
			status: 401,
			answer: { errors: [{ code: 1, code_name: "Unauthorized", status: "401", title: "Unauthorized" }] },
		});
		expect(await failureOf(signIn(), "FAILED_REQUEST")).toMatchObject({ step: "user", status: 401 });
	});
});

describe("every request", () => {
	test("names the app", async () => {
		await signIn({ userAgent: "Example - Website" });
		await provider({ userAgent: "Example - Website" }).refreshTokens("old-refresh-token");
		const agents = fake.requests.map(({ headers }) => headers["user-agent"]);
		expect(agents).toEqual(Array(3).fill("Example - Website"));
	});

	test("has a name when the app gives none", async () => {
		await signIn();
		await signIn({ userAgent: "" });
		const agents = fake.requests.map(({ headers }) => headers["user-agent"]);
		expect(agents).toEqual(Array(4).fill("oauth-patreon"));
	});
});

test("the redirect URI is needed", async () => {
	const without = provider({ redirectUri: undefined });
	expect((await failureOf(without.startSignIn(), "INVALID_CONFIG")).message).toContain("redirectUri");
});
