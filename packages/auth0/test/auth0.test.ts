import { createHmac } from "node:crypto";
import { auth0 } from "@oauth/auth0";
import { createIssuer } from "@oauth/test-kit/issuer";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { createKey } from "@oauth/test-kit/signing-key";
import { CLIENT } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const { jwks, claims } = recording.idToken;
const ID = recording.profile.id;

testProvider(auth0, recording, ({ fake, create, signIn, failureOf }) => {
	describe("domain", () => {
		test.each([
			"example.eu.auth0.com",
			"https://example.eu.auth0.com",
			"https://example.eu.auth0.com/",
			"Example.EU.auth0.com/",
		])("the domain can be written as %s", async (domain) => {
			expect(await signIn({}, { config: { domain } })).toMatchObject({ providerUserId: ID });
		});

		test.each([undefined, ""])("the domain %j is refused as missing", async (domain) => {
			const starting = create({ domain }).startSignIn(loginRequest());
			await failureOf(starting, "INVALID_CONFIG", `"domain" is missing`);
		});

		test.each([
			"http://example.eu.auth0.com",
			"https://example.eu.auth0.com/authorize",
			"example eu",
			"a@b.example",
		])("the domain %s is refused", async (domain) => {
			const starting = create({ domain }).startSignIn(loginRequest());
			await failureOf(starting, "INVALID_CONFIG", `"domain" must look like example.eu.auth0.com`);
		});
	});

	describe("the issuer", () => {
		test("an ID token whose issuer lacks the final slash is refused", async () => {
			const iss = claims.iss.replace(/\/$/, "");
			await failureOf(signIn({ iss }), "INVALID_ID_TOKEN", `"iss"`);
		});

		test("iss in the callback is checked if the tenant sends it", async () => {
			const signInFrom = (iss: string) => signIn({}, { callback: (params) => params.set("iss", iss) });
			expect(await signInFrom(claims.iss)).toMatchObject({ providerUserId: ID });
			await failureOf(signInFrom("https://another.eu.auth0.com/"), "ISSUER_MISMATCH", `"iss" is another`);
		});
	});

	describe("an ID token", () => {
		test.each([
			["RS256", true],
			["RS512", true],
			["PS256", true],
			["ES256", false],
		])("an ID token of Auth0 that is signed with %s: accepted is %j", async (alg, accepted) => {
			const issuer = await createIssuer(CLIENT.clientId);
			issuer.keys = [await createKey(alg, alg)];
			fake.substitutes.set(jwks, { answer: { keys: issuer.keys.map(({ publicJwk }) => publicJwk) } });
			const idToken = await issuer.sign(issuer.claims({ ...claims, nonce: "n" }));
			const outcome = create().validateIdToken(idToken, { nonce: "n" });
			if (accepted) expect(await outcome).toMatchObject({ providerUserId: ID });
			else await failureOf(outcome, "INVALID_ID_TOKEN", "expected RS256 or RS512 or PS256");
		});

		test("an ID token of Auth0 that is signed with the client secret is refused", async () => {
			const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
			const iat = Math.floor(Date.now() / 1000);
			const payload = { ...claims, aud: CLIENT.clientId, iat, exp: iat + 300, nonce: "n" };
			const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(payload)}`;
			const signature = createHmac("sha256", CLIENT.clientSecret).update(signed).digest("base64url");
			const outcome = create().validateIdToken(`${signed}.${signature}`, { nonce: "n" });
			await failureOf(outcome, "INVALID_ID_TOKEN", "expected RS256 or RS512 or PS256");
		});
	});

	describe("organization", () => {
		test.each([
			[undefined, { org_id: undefined }, undefined],
			[undefined, {}, undefined],
			["org_abc123", {}, undefined],
			["org_abc123", { org_id: "org_other1" }, "org_id"],
			["org_abc123", { org_id: "org_other1", org_name: "org_abc123" }, "org_id"],
			["org_abc123", { org_id: undefined }, "org_id"],
			["org_aBc123", { org_id: "org_aBc123" }, undefined],
			["org_aBc123", {}, "org_id"],
			["acme", { org_name: "acme" }, undefined],
			["ACME", { org_name: "acme" }, undefined],
			["acme", { org_name: "other" }, "org_name"],
			["acme", { org_id: "acme" }, "org_name"],
			["acme", {}, "org_name"],
		])("organization %j, with a user of %j: the wrong claim is %j", async (organization, said, wrong) => {
			const outcome = signIn(said, { config: { organization } });
			if (!wrong) expect(await outcome).toMatchObject({ providerUserId: ID });
			else await failureOf(outcome, "INVALID_ID_TOKEN", `"${wrong}"`);
		});

		test("an empty organization is refused when the sign-in starts", async () => {
			const starting = create({ organization: "" }).startSignIn(loginRequest());
			await failureOf(starting, "INVALID_CONFIG", `"organization" must be`);
		});
	});

	test("startSignIn sends the hints of Auth0 that are set, and no others", async () => {
		const { url } = await create().startSignIn(loginRequest(), { params: { screen_hint: "signup" } });
		expect(new URL(url).searchParams.get("screen_hint")).toBe("signup");
		const hints = { audience: undefined, connection: undefined, organization: undefined };
		const bare = new URL(create(hints).getAuthorizationUrl()).searchParams;
		expect(Object.keys(hints).filter((name) => bare.has(name))).toEqual([]);
	});
});
