import { keycloak } from "@oauth/keycloak";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const REALM = recording.config.realmUrl;
const SUB = recording.idToken.claims.sub;
const USERINFO = `${REALM}/protocol/openid-connect/userinfo`;

testProvider(keycloak, recording, ({ fake, create, signIn, failureOf }) => {
	describe("realmUrl", () => {
		test.each([
			[REALM, REALM],
			[`${REALM}/`, REALM],
			[`${REALM}//`, REALM],
			// Before version 17.
			["https://auth.example.com/auth/realms/myrealm", "https://auth.example.com/auth/realms/myrealm"],
			["http://localhost:8080/realms/myrealm", "http://localhost:8080/realms/myrealm"],
		])("the realmUrl %s leads to the realm %s", (realmUrl, realm) => {
			expect(create({ realmUrl }).getAuthorizationUrl()).toMatch(`${realm}/protocol/openid-connect/auth?`);
		});

		test.each([
			[undefined, "is missing"],
			["", "is missing"],
			["auth.example.com/realms/myrealm", "must be a URL that begins with https://"],
			["/realms/myrealm", "must be a URL that begins with https://"],
		])("the realmUrl %j is refused: it %s", async (realmUrl, problem) => {
			const starting = create({ realmUrl }).startSignIn(loginRequest());
			await failureOf(starting, "INVALID_CONFIG", `"realmUrl" ${problem}`);
		});
	});

	test("the issuer is the public one, even if the endpoints are internal", async () => {
		const inside = "http://keycloak:8080/realms/myrealm/protocol/openid-connect";
		const { token, idToken } = recording;
		const endpoints = { token: `${inside}/token`, jwks: `${inside}/certs` };
		const publicUrl = { [endpoints.token]: token.url, [endpoints.jwks]: idToken.jwks };
		const asked: string[] = [];
		const config = {
			endpoints,
			fetch: (url: RequestInfo | URL, init?: RequestInit) => {
				asked.push(`${url}`);
				return fake.fetch(publicUrl[`${url}`] ?? url, init);
			},
		};
		expect(await signIn({}, { config })).toMatchObject({ providerUserId: recording.profile.id });
		expect(asked.sort()).toEqual([endpoints.jwks, endpoints.token]);
		await failureOf(
			signIn({ iss: "http://keycloak:8080/realms/myrealm" }, { config }),
			"INVALID_ID_TOKEN",
			`"iss"`,
		);
	});

	test("a callback of Keycloak may lack iss, but not name another realm", async () => {
		const silent = await signIn({}, { callback: (params) => params.delete("iss") });
		expect(silent).toMatchObject({ profile: { username: "ada" } });
		const forged = signIn({}, { callback: (params) => params.set("iss", `${REALM}2`) });
		await failureOf(forged, "ISSUER_MISMATCH", `"iss" is another`);
	});

	describe("the userinfo endpoint", () => {
		const bare = {
			preferred_username: undefined,
			name: undefined,
			email: undefined,
			email_verified: undefined,
		};
		const userinfo = {
			sub: SUB,
			preferred_username: "ada",
			email: "ada@example.org",
			email_verified: "false",
		};

		test("the userinfo endpoint is asked if the ID token does not describe the user", async () => {
			fake.substitutes.set(USERINFO, { answer: userinfo });
			const { profile, providerUser, failedRequests } = await signIn({ ...bare, groups: ["/staff"] });
			expect(profile).toMatchObject({ username: "ada", email: "ada@example.org", emailVerified: false });
			expect(providerUser.groups).toEqual(["/staff"]);
			expect(failedRequests).toEqual([]);
		});

		test.each([
			["refuses the token", { status: 401, answer: { error: "invalid_token" } }, "invalid_token"],
			["is down", { status: 500, text: "<h1>Error</h1>" }, "status 500"],
			["sends a signed response", { text: "eyJhbGciOiJSUzI1NiJ9.e30.c2ln" }, "not JSON"],
			["leaves the id out", { answer: { preferred_username: "ada" } }, `"sub" is missing`],
		])(
			"a userinfo endpoint that %s makes the profile poorer, but does not fail the sign-in",
			async (_, substitute, reason) => {
				fake.substitutes.set(USERINFO, substitute);
				const { providerUserId, profile, failedRequests } = await signIn(bare);
				expect(providerUserId).toBe(recording.profile.id);
				expect(profile).not.toHaveProperty("username");
				expect(failedRequests).toHaveLength(1);
				await failureOf(Promise.reject(failedRequests[0]), "FAILED_REQUEST", reason);
			},
		);

		test("a userinfo response about another user is refused", async () => {
			fake.substitutes.set(USERINFO, { answer: { ...userinfo, sub: "eve" } });
			await failureOf(
				signIn(bare),
				"INVALID_PROFILE",
				`"sub" in the userinfo response differs from the ID token's`,
			);
		});
	});

	test("a refresh token expires, but not with offline access", async () => {
		const { token } = recording;
		const before = Date.now();
		const { refreshTokenExpiresAt } = (await signIn()).tokens;
		expect(refreshTokenExpiresAt?.getTime()).toBeGreaterThanOrEqual(before + 1_800_000);
		fake.substitutes.set(token.url, { answer: { ...recording.refresh.answer, refresh_expires_in: 0 } });
		const offline = await create().refreshTokens(fake.refreshToken);
		expect(offline).toMatchObject({ refreshToken: recording.refresh.answer.refresh_token });
		expect(offline).not.toHaveProperty("refreshTokenExpiresAt");
	});
});
