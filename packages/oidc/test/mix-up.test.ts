import {
	defineOidcProvider,
	type IdTokenClaims,
	type OidcDefinition,
	type OidcProviderConfig,
} from "@oauth/oidc";
import { failureOf } from "@oauth/test-kit/errors";
import { createIssuer, createNetwork, type Issuer } from "@oauth/test-kit/issuer";
import { callbackRequest, loginRequest } from "@oauth/test-kit/sign-in";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { at, CLIENT, respondWith } from "./sign-in.ts";

const redirectUri = "https://app.example/callback";

let first: Issuer;
let second: Issuer;
let config: { fetch: typeof fetch; redirectUri: string };
beforeEach(async () => {
	first = await createIssuer(CLIENT.clientId, "https://first.example");
	second = await createIssuer(CLIENT.clientId, "https://second.example");
	config = { fetch: createNetwork(first, second), redirectUri };
});
afterEach(() => {
	vi.useRealTimers();
});

const start = (issuer: Issuer, changes: Parameters<typeof at>[1] = {}) =>
	at(issuer, { ...config, ...changes }).startSignIn(loginRequest());

const announceIss = (issuer: Issuer) => {
	issuer.metadata.authorization_response_iss_parameter_supported = true;
};

describe("two issuers at one redirect URI", () => {
	test("without iss are INVALID_CONFIG, which names both", async () => {
		await start(first);
		const error = await failureOf(start(second), "INVALID_CONFIG");
		expect(error).toMatchObject({ step: "config" });
		expect(error.message).toContain(
			`"redirectUri" is also that of https://first.example, and https://second.example sends no "iss"`,
		);
		expect(error.message).toContain("give each issuer a redirect URI of its own");
		// From now on neither is right.
		expect((await failureOf(start(first), "INVALID_CONFIG")).message).toContain(
			`that of https://second.example, and https://first.example sends no "iss"`,
		);
	});

	test("refuse the callback too, before the code is sent", async () => {
		const flow = await start(first);
		await failureOf(start(second), "INVALID_CONFIG");
		await failureOf(at(first, config).handleCallback(callbackRequest(flow)), "INVALID_CONFIG");
		expect(first.requestsTo("/token")).toEqual([]);
	});

	test.each([
		["of which each has an id of its own", { id: "first" }, { id: "second" }],
		["at two clients", { clientId: "client-1" }, { clientId: "client-2" }],
	])("%s are INVALID_CONFIG too", async (_, one, other) => {
		await start(first, one);
		await failureOf(start(second, other), "INVALID_CONFIG");
	});

	test("whose endpoints the app gives are INVALID_CONFIG too", async () => {
		const endpointsOf = ({ url }: Issuer) => ({
			endpoints: { authorization: `${url}/authorize`, token: `${url}/token`, jwks: `${url}/jwks` },
		});
		await start(first, endpointsOf(first));
		await failureOf(start(second, endpointsOf(second)), "INVALID_CONFIG");
	});

	test("work where both always send iss, and each is held to its own", async () => {
		for (const issuer of [first, second]) announceIss(issuer);
		await start(second);
		const flow = await start(first);
		await respondWith(first, {}, new URL(flow.url).searchParams.get("nonce") ?? "");
		const callback = (iss: string) => at(first, config).handleCallback(callbackRequest(flow, { iss }));
		await failureOf(callback(second.url), "ISSUER_MISMATCH");
		expect(first.requestsTo("/token")).toEqual([]);
		expect(await callback(first.url)).toMatchObject({ profile: { name: "Ada" } });
	});

	test("where one of them sends no iss refuse that one alone", async () => {
		announceIss(first);
		await start(first);
		await failureOf(start(second), "INVALID_CONFIG");
		expect((await start(first)).url).toContain("https://first.example/authorize");
	});

	test("of which one was left ten minutes ago work", async () => {
		vi.useFakeTimers({ toFake: ["Date"] });
		await start(first);
		vi.setSystemTime(Date.now() + 601_000);
		expect((await start(second)).url).toContain("https://second.example/authorize");
	});

	test("are found where there are three and more", async () => {
		const tenants = [1, 2, 3].map((number) => {
			const url = `${first.url}/${number}`;
			first.on(`/${number}/.well-known/openid-configuration`, { ...first.metadata, issuer: url });
			return { ...first, url };
		});
		await start(first);
		for (const tenant of [...tenants, ...tenants, first]) await failureOf(start(tenant), "INVALID_CONFIG");
	});
});

describe("two issuers", () => {
	test("with a redirect URI each work", async () => {
		const flow = await start(first, { redirectUri: "https://app.example/first/callback" });
		await start(second, { redirectUri: "https://app.example/second/callback" });
		expect(flow.url).toContain(encodeURIComponent("https://app.example/first/callback"));
	});

	test("in two networks are nothing to each other", async () => {
		await start(first);
		expect((await start(second, { fetch: createNetwork(second) })).url).toContain("https://second.example/");
	});

	test("on a developer's machine, where emulators come and go, work", async () => {
		await start(first, { redirectUri: CLIENT.redirectUri });
		expect((await start(second, { redirectUri: CLIENT.redirectUri })).url).toContain(
			"https://second.example/",
		);
	});
});

test("one issuer at one redirect URI works as often as it is asked", async () => {
	for (let count = 0; count < 3; count++) await start(first);
	expect((await start(first)).url).toContain("https://first.example/authorize");
});

describe("a package with an issuer for each tenant", () => {
	const acme = defineOidcProvider(
		({ tenant }: OidcProviderConfig & { tenant: Issuer }): OidcDefinition<IdTokenClaims> => ({
			id: "acme",
			name: "Acme",
			issuer: tenant.url,
			manyIssuers: true,
			endpoints: {
				authorization: `${tenant.url}/authorize`,
				token: `${tenant.url}/token`,
				jwks: `${tenant.url}/jwks`,
			},
		}),
	);

	test("may not share a redirect URI between them either", async () => {
		await acme({ ...CLIENT, ...config, tenant: first }).startSignIn(loginRequest());
		const other = acme({ ...CLIENT, ...config, tenant: second }).startSignIn(loginRequest());
		expect((await failureOf(other, "INVALID_CONFIG")).message).toContain("https://first.example");
	});
});
