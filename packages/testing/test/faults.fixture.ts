import { defineProvider, failure } from "@oauth/core/provider";
import type { Recording } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import { type AcmeConfig, type AcmeDefinition, acme, acmeDefinition, recording } from "./acme.ts";

// Run by testing.test.ts, which lists the tests that must fail.

/** Acme with a fault in its definition. */
function faulty(fault: (definition: AcmeDefinition, config: AcmeConfig) => Partial<AcmeDefinition>) {
	return defineProvider((config: AcmeConfig): AcmeDefinition => {
		const definition = acmeDefinition(config);
		return { ...definition, ...fault(definition, config) };
	});
}

describe("no fault", () => {
	testProvider(acme, recording, ({ fake, create, signIn, failureOf }) => {
		test("signIn applies changes and settings, with the types of the package", async () => {
			const { profile, providerUser } = await signIn({ login: "road runner", avatar: { url: undefined } });
			expect(profile).toMatchObject({ id: "42", username: "road runner" });
			expect(providerUser.avatar).toEqual({});
			expect((await signIn({ team: { id: "birds" } }, { config: { team: "birds" } })).providerUserId).toBe(
				"42",
			);
			const declined = signIn(undefined, {
				callback: (params) => {
					params.delete("code");
					params.set("error", "access_denied");
				},
			});
			await failureOf(declined, "ACCESS_DENIED");
			expect(create({ team: undefined }).id).toBe("acme");
			expect(fake.requests).toHaveLength(6);
		});

		test("the fake provider is reset before each test", () => {
			expect(fake.requests).toEqual([]);
		});
	});
});

describe("an empty recording", () => {
	testProvider(acme, {
		sources: [],
		authorization: { url: "", scope: "", pkce: true },
		token: { url: "", clientAuth: "", answer: {} },
		user: {},
		id: { in: "", path: "" },
		profile: { id: "" },
		tokenError: { status: 400, answer: {}, providerError: null },
	});
});

describe("faults in reading responses", () => {
	testProvider(
		faulty(() => ({
			async getUser({ get, endpoints }) {
				const user = await get(endpoints.user);
				return { ...user, emails: [await get(endpoints.emails)].flat() };
			},
			toProfile: ({ user_id, login, avatar, emails }) => ({
				id: user_id ?? login,
				username: login,
				email: emails[0]?.address,
				emailVerified: !!emails[0]?.verified,
				picture: (avatar as { url: string }).url,
			}),
		})),
		{ ...recording, config: {}, decisive: [] },
	);
});

describe("faults in requests", () => {
	testProvider(
		faulty(() => ({
			scope: ["profile", "email"],
			emailScope: undefined,
			invalidGrantErrors: [],
			revocationRequest: (token) => ({ method: "DELETE", form: { token } }),
		})),
		recording,
	);
});

/** Acme with token requests and words of its own. */
const ownWords = {
	...recording,
	authorization: {
		...recording.authorization,
		callbackParams: { device_id: "device-of-wile" },
		accessDeniedErrors: ["declined"],
	},
	token: {
		...recording.token,
		clientAuth: "client_secret_post",
		body: "json",
		params: { action: "requesttoken" },
		callbackParams: ["device_id", "state"],
		answer: { status: 0, body: recording.token.answer },
		names: { access_token: "body.access_token", refresh_token: "body.refresh_token" },
	},
	refresh: {
		...recording.refresh,
		url: "https://acme.example/refresh",
		params: { action: "renew" },
		answer: { status: 0, body: recording.refresh?.answer },
	},
} satisfies Recording;

const inOwnWords = ({ endpoints }: AcmeDefinition): Partial<AcmeDefinition> => ({
	endpoints: { ...endpoints, refresh: "https://acme.example/refresh" },
	clientAuth: "client_secret_post",
	revocationRequest: (token) => ({ clientAuth: "client_secret_basic", form: { token } }),
	accessDeniedErrors: ["declined"],
	tokenRequestBody: "json",
	toTokenRequest: (params, { device_id, state }) => ({
		...params,
		action: params.code ? "requesttoken" : "renew",
		...(params.code && { device_id, state }),
	}),
	toTokenResponse: (response) => ({ ...response, ...response.body }),
});

describe("words of its own", () => {
	testProvider(faulty(inOwnWords), ownWords);
});

describe.each<[string, (own: Partial<AcmeDefinition>) => Partial<AcmeDefinition>]>([
	["endpoints.refresh", ({ endpoints }) => ({ endpoints: { ...endpoints, refresh: undefined } as never })],
	["accessDeniedErrors", () => ({ accessDeniedErrors: [] })],
	["tokenRequestBody", () => ({ tokenRequestBody: "form" })],
	["toTokenRequest", () => ({ toTokenRequest: undefined })],
	["toTokenResponse", () => ({ toTokenResponse: undefined })],
])("words of its own without %s", (_, fault) => {
	testProvider(
		faulty((definition) => {
			const own = inOwnWords(definition);
			return { ...own, ...fault(own) };
		}),
		ownWords,
	);
});

describe("a fault in an error", () => {
	testProvider(
		faulty(({ getUser }) => ({
			async getUser(context) {
				const user = await getUser?.(context);
				if (user?.user_id) return user;
				throw failure(context.client, "INVALID_PROFILE", {
					reason: `no user for ${context.tokens.accessToken}`,
				});
			},
		})),
		recording,
	);
});

describe("a recorded response that is not requested", () => {
	const user: Recording["user"] = { ...recording.user, "https://api.acme.example/me/teams": [] };
	testProvider(acme, { ...recording, user });
});

describe("an own test that fails", () => {
	testProvider(acme, recording, ({ create, fake }) => {
		test("the failure report says why the fake provider refused a request", async () => {
			await create({ clientSecret: "another" }).refreshTokens(fake.refreshToken);
		});
	});
});
