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
	test("two issuers without iss at one redirect URI are INVALID_CONFIG, and the message names both", async () => {
		await start(first);
		const error = await failureOf(start(second), "INVALID_CONFIG");
		expect(error).toMatchObject({ step: "config" });
		expect(error.message).toContain(
			`"redirectUri" is also that of https://first.example, and https://second.example does not announce "iss"`,
		);
		expect(error.message).toContain("give each issuer a redirect URI of its own");
		// From now on both are refused.
		expect((await failureOf(start(first), "INVALID_CONFIG")).message).toContain(
			`that of https://second.example, and https://first.example does not announce "iss"`,
		);
	});

	test("handleCallback refuses a shared redirect URI before it sends the code", async () => {
		const flow = await start(first);
		await failureOf(start(second), "INVALID_CONFIG");
		await failureOf(at(first, config).handleCallback(callbackRequest(flow)), "INVALID_CONFIG");
		expect(first.requestsTo("/token")).toEqual([]);
	});

	test.each([
		["with an id each", { id: "first" }, { id: "second" }],
		["with a client id each", { clientId: "client-1" }, { clientId: "client-2" }],
	])("two issuers at one redirect URI are INVALID_CONFIG even %s", async (_, one, other) => {
		await start(first, one);
		await failureOf(start(second, other), "INVALID_CONFIG");
	});

	test("two issuers at one redirect URI are INVALID_CONFIG even if the app sets their endpoints", async () => {
		const endpointsOf = ({ url }: Issuer) => ({
			endpoints: { authorization: `${url}/authorize`, token: `${url}/token`, jwks: `${url}/jwks` },
		});
		await start(first, endpointsOf(first));
		await failureOf(start(second, endpointsOf(second)), "INVALID_CONFIG");
	});

	test("two issuers that always send iss may share a redirect URI, and each must send its own", async () => {
		for (const issuer of [first, second]) announceIss(issuer);
		await start(second);
		const flow = await start(first);
		await respondWith(first, {}, new URL(flow.url).searchParams.get("nonce") ?? "");
		const callback = (iss: string) => at(first, config).handleCallback(callbackRequest(flow, { iss }));
		await failureOf(callback(second.url), "ISSUER_MISMATCH");
		expect(first.requestsTo("/token")).toEqual([]);
		expect(await callback(first.url)).toMatchObject({ profile: { name: "Ada" } });
	});

	test("of two issuers at one redirect URI, only the one without iss is refused", async () => {
		announceIss(first);
		await start(first);
		await failureOf(start(second), "INVALID_CONFIG");
		expect((await start(first)).url).toContain("https://first.example/authorize");
	});

	test("two issuers may use one redirect URI more than ten minutes apart", async () => {
		vi.useFakeTimers({ toFake: ["Date"] });
		await start(first);
		vi.setSystemTime(Date.now() + 601_000);
		expect((await start(second)).url).toContain("https://second.example/authorize");
	});

	test("three or more issuers without iss at one redirect URI are all refused", async () => {
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
	test("two issuers with a redirect URI each are accepted", async () => {
		const flow = await start(first, { redirectUri: "https://app.example/first/callback" });
		await start(second, { redirectUri: "https://app.example/second/callback" });
		expect(flow.url).toContain(encodeURIComponent("https://app.example/first/callback"));
	});

	test("two issuers with different fetch functions may share a redirect URI", async () => {
		await start(first);
		expect((await start(second, { fetch: createNetwork(second) })).url).toContain("https://second.example/");
	});

	test("two issuers may share a redirect URI on localhost", async () => {
		await start(first, { redirectUri: CLIENT.redirectUri });
		expect((await start(second, { redirectUri: CLIENT.redirectUri })).url).toContain(
			"https://second.example/",
		);
	});
});

test("one issuer can be used repeatedly at one redirect URI", async () => {
	for (let count = 0; count < 3; count++) await start(first);
	expect((await start(first)).url).toContain("https://first.example/authorize");
});

describe("manyIssuers", () => {
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

	test("two tenants of a provider with manyIssuers are refused at one redirect URI", async () => {
		await acme({ ...CLIENT, ...config, tenant: first }).startSignIn(loginRequest());
		const other = acme({ ...CLIENT, ...config, tenant: second }).startSignIn(loginRequest());
		expect((await failureOf(other, "INVALID_CONFIG")).message).toContain("https://first.example");
	});
});
