import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import { createIssuer, type Issuer } from "@oauth/test-kit/issuer";
import { beforeEach, describe, expect, test } from "vitest";
import { CLIENT, signIn, TOKENS } from "./sign-in.ts";

let issuer: Issuer;
beforeEach(async () => {
	issuer = await createIssuer(CLIENT.clientId);
});

/** Signs in with an ID token without a name, so that the userinfo endpoint is asked, and responds with this. */
function signInWith(userinfo: unknown, claims: Record<string, unknown> = {}) {
	issuer.on("/userinfo", (_, response) => response.end(JSON.stringify(userinfo)));
	return signIn(issuer, { name: undefined, ...claims });
}

describe("the userinfo endpoint", () => {
	test("the userinfo endpoint is not asked if the ID token has the name and the e-mail address", async () => {
		await signIn(issuer);
		expect(issuer.requestsTo("/userinfo")).toEqual([]);
	});

	test.each<[string, Record<string, unknown>, name: string]>([
		["no name", { name: undefined }, "Ada Lovelace"],
		["no e-mail address", { name: "Ada", email: undefined }, "Ada"],
		["null as the name", { name: null }, "Ada Lovelace"],
		["empty text as the name", { name: "" }, "Ada Lovelace"],
	])("the userinfo response is added if the ID token has %s", async (_, claims, name) => {
		const userinfo = { sub: "ada-36", name: "Ada Lovelace", email: "new@example.com" };
		const { profile, providerUser, failedRequests } = await signInWith(userinfo, claims);
		expect(profile.name).toBe(name);
		expect(profile.email).toBe("new@example.com");
		expect(providerUser).toMatchObject({ iss: issuer.url, sub: "ada-36" });
		expect(failedRequests).toEqual([]);
		expect(issuer.requests.at(-1)?.headers.authorization).toBe(`Bearer ${TOKENS.access_token}`);
	});

	test("the userinfo endpoint is not asked for a missing e-mail address with email: false", async () => {
		await signIn(issuer, { email: undefined, email_verified: undefined }, { email: false });
		expect(issuer.requestsTo("/userinfo")).toEqual([]);
	});

	test("a userinfo response about another user is INVALID_PROFILE, and the message says so", async () => {
		const error = await failureOf(signInWith({ sub: "grace", name: "Grace" }), "INVALID_PROFILE");
		expect(error).toMatchObject({ step: "user" });
		expect(error.message).toContain(`"sub" in the userinfo response differs from the ID token's`);
	});

	test.each([
		["with 401", 401, {}, "status 401"],
		["with 403", 403, { error: "insufficient_scope" }, "insufficient_scope"],
		["with 429", 429, {}, "status 429"],
		["with 500", 500, "<h1>", "status 500"],
		["with HTML", 200, "<h1>", "not JSON"],
		["with a JWT", 200, "a.b.c", "not JSON"],
		["without a subject", 200, { name: "Ada" }, `"sub" is missing`],
		["with a subject that is a number", 200, { sub: 36 }, `"sub" is missing`],
		["with null", 200, "null", `"sub" is missing`],
		["with a list", 200, [], `"sub" is missing`],
	])(
		"the sign-in succeeds if the userinfo endpoint responds %s, and failedRequests has the error",
		async (_, status, body, reason) => {
			issuer.fail("/userinfo", status, body);
			const { providerUserId, profile, failedRequests } = await signIn(issuer, { name: undefined });
			expect(providerUserId).toBe(`ada-36@${issuer.url}`);
			expect(profile).toEqual({ id: providerUserId, email: "ada@example.com", emailVerified: true });
			expect(failedRequests).toMatchObject([{ code: "FAILED_REQUEST", step: "user" }]);
			expect(failedRequests[0]?.message).toContain(reason);
			expectNoSecrets(failedRequests[0], Object.values(TOKENS));
		},
	);

	test.each([
		["breaks the connection", (response: { destroy(): void }) => response.destroy(), "other side closed"],
		["does not respond in time", () => {}, "no response within 1 s"],
	])(
		"the sign-in succeeds if the userinfo endpoint %s, and failedRequests says why",
		async (_, respond, reason) => {
			issuer.on("/userinfo", (_, response) => respond(response));
			const { profile, failedRequests } = await signIn(issuer, { name: undefined }, { timeout: 1000 });
			expect(profile.email).toBe("ada@example.com");
			expect(failedRequests[0]?.message).toContain(reason);
		},
	);

	test("a userinfo request that fails temporarily is sent once more", async () => {
		let count = 0;
		issuer.on("/userinfo", (_, response) => {
			response.writeHead(count++ ? 200 : 503).end(JSON.stringify({ sub: "ada-36", name: "Ada" }));
		});
		const { profile, failedRequests } = await signIn(issuer, { name: undefined });
		expect([profile.name, failedRequests, count]).toEqual(["Ada", [], 2]);
	});
});

describe("a userinfo response", () => {
	test("a userinfo response never sets a protocol claim", async () => {
		const said = {
			iss: "https://evil.example",
			aud: "client-2",
			exp: 1,
			iat: 1,
			nbf: 1,
			jti: "other",
			auth_time: 1,
			nonce: "other",
			azp: "client-2",
			acr: "urn:mace:incommon:iap:silver",
			amr: ["mfa"],
			at_hash: "other",
			c_hash: "other",
			sid: "other",
		};
		const { providerUser } = await signInWith({ sub: "ada-36", name: "Ada", ...said });
		expect(providerUser).toMatchObject({ iss: issuer.url, aud: CLIENT.clientId, sub: "ada-36", name: "Ada" });
		for (const [claim, value] of Object.entries(said)) expect(providerUser[claim]).not.toEqual(value);
		// The ID token has none of these.
		for (const claim of ["acr", "amr", "auth_time", "azp", "sid"])
			expect(providerUser).not.toHaveProperty(claim);
	});

	test("a userinfo response adds claims to the ID token's, and replaces none of them", async () => {
		const userinfo = { sub: "ada-36", name: "Ada", given_name: "Augusta", locale: "de", phone_number: "1" };
		const { profile, providerUser } = await signInWith(userinfo, {
			given_name: "Ada",
			family_name: null,
			locale: "en",
		});
		expect(profile).toMatchObject({ name: "Ada", givenName: "Ada", locale: "en" });
		expect(providerUser.phone_number).toBe("1");
	});

	test("a userinfo response replaces claims that are null or empty in the ID token", async () => {
		const userinfo = { sub: "ada-36", name: "Ada", picture: "https://example.com/a.jpg", locale: "en" };
		const { profile } = await signInWith(userinfo, { name: null, picture: null, locale: "" });
		expect(profile).toMatchObject({ name: "Ada", picture: "https://example.com/a.jpg", locale: "en" });
	});

	test.each<
		[string, claims: object, userinfo: object, email: string | undefined, verified: boolean | undefined]
	>([
		["another address", { email_verified: true }, { email: "b@example.com" }, "b@example.com", undefined],
		[
			"another address, verified",
			{ email_verified: false },
			{ email: "b@example.com", email_verified: true },
			"b@example.com",
			true,
		],
		[
			"another address, not verified",
			{ email_verified: true },
			{ email: "b@example.com", email_verified: false },
			"b@example.com",
			false,
		],
		["the same address", { email_verified: true }, { email: "ada@example.com" }, "ada@example.com", true],
		[
			"the same address, and null for email_verified",
			{ email_verified: true },
			{ email: "ada@example.com", email_verified: null },
			"ada@example.com",
			true,
		],
		[
			"the same address, not verified",
			{ email_verified: true },
			{ email: "ada@example.com", email_verified: false },
			"ada@example.com",
			false,
		],
		[
			"the same address, verified, but the ID token says not verified",
			{ email_verified: false },
			{ email: "ada@example.com", email_verified: true },
			"ada@example.com",
			false,
		],
		[
			"the same address, verified, and the ID token says nothing",
			{ email_verified: undefined },
			{ email: "ada@example.com", email_verified: true },
			"ada@example.com",
			true,
		],
		["no address", { email_verified: true }, {}, "ada@example.com", true],
		[
			"no address, but verified, and the ID token says not verified",
			{ email_verified: false },
			{ email_verified: true },
			"ada@example.com",
			false,
		],
		[
			"no address, but verified, and the ID token says nothing",
			{ email_verified: undefined },
			{ email_verified: true },
			"ada@example.com",
			undefined,
		],
		[
			"no address, but verified, and the ID token says null",
			{ email_verified: null },
			{ email_verified: true },
			"ada@example.com",
			undefined,
		],
		[
			"null as the address",
			{ email_verified: true },
			{ email: null, email_verified: false },
			"ada@example.com",
			true,
		],
		[
			"blank text as the address",
			{ email_verified: true },
			{ email: " ", email_verified: false },
			"ada@example.com",
			true,
		],
		[
			"a number as the address",
			{ email_verified: true },
			{ email: 5, email_verified: false },
			"ada@example.com",
			true,
		],
		[
			"an address, and the ID token has none",
			{ email: undefined, email_verified: true },
			{ email: "b@example.com" },
			"b@example.com",
			undefined,
		],
		[
			"no address, but verified, and the ID token has none",
			{ email: undefined, email_verified: true },
			{ email_verified: true },
			undefined,
			undefined,
		],
	])(
		"emailVerified comes only from a source that names the address: userinfo has %s",
		async (_, claims, userinfo, email, verified) => {
			const { profile } = await signInWith({ sub: "ada-36", name: "Ada", ...userinfo }, { ...claims });
			expect([profile.email, profile.emailVerified]).toEqual([email, verified]);
		},
	);

	test.each([
		["true", true],
		["false", false],
		["yes", undefined],
		["TRUE", undefined],
		[1, undefined],
		[null, undefined],
	])("the value %j of email_verified becomes emailVerified: %s", async (text, verified) => {
		const email = "ada@example.com";
		const silent = { email: undefined, email_verified: undefined };
		const byUserinfo = await signInWith({ sub: "ada-36", name: "Ada", email, email_verified: text }, silent);
		const byIdToken = await signIn(issuer, { email_verified: text });
		expect([byUserinfo.profile.emailVerified, byIdToken.profile.emailVerified]).toEqual([verified, verified]);
	});
});
