import { keycloak } from "@oauth/keycloak";
import {
	expectOneSession,
	expectRefreshAndRevocation,
	logIn,
	serveCertifiedProvider,
} from "@oauth/test-kit/certified-provider";
import { failureOf } from "@oauth/test-kit/errors";
import { loginRequest, requestTo } from "@oauth/test-kit/sign-in";
import { beforeEach, describe, expect, test } from "vitest";

const CLIENT = {
	clientId: "my-client",
	clientSecret: "a-secret-that-is-long-enough-for-anything",
	redirectUri: "http://localhost:3000/login/keycloak/callback",
};

describe("a certified OpenID provider with a realm's paths", () => {
	const PATH = "/realms/myrealm";
	let origin: string;
	beforeEach(async () => {
		origin = await serveCertifiedProvider({
			client: CLIENT,
			issuerAt: (origin) => origin + PATH,
			userClaims: {
				name: "Ada",
				preferred_username: "ada",
				email: "ada@example.com",
				email_verified: true,
			},
			configuration: {
				routes: {
					authorization: "/protocol/openid-connect/auth",
					token: "/protocol/openid-connect/token",
					jwks: "/protocol/openid-connect/certs",
					userinfo: "/protocol/openid-connect/userinfo",
					revocation: "/protocol/openid-connect/revoke",
				},
				claims: {
					openid: ["sub"],
					email: ["email", "email_verified"],
					profile: ["name", "preferred_username"],
				},
			},
			mount(request) {
				const { url = "" } = request;
				Object.assign(request, { originalUrl: url, url: url.replace(PATH, "") });
			},
		});
	});

	const provider = () => keycloak({ ...CLIENT, realmUrl: origin + PATH });

	async function callback(change = (_: URL) => {}): Promise<Request> {
		const signIn = await provider().startSignIn(loginRequest(), { params: { kc_idp_hint: "google" } });
		const url = new URL((await logIn(origin, signIn.url, "0f1e2d3c")).url);
		expect(url.searchParams.get("iss")).toBe(origin + PATH);
		change(url);
		return requestTo(url, signIn);
	}

	test("keycloak signs in at a certified provider, once per code", async () => {
		const { providerUserId, profile } = await expectOneSession(provider(), await callback());
		expect(providerUserId).toBe(`0f1e2d3c@${origin}${PATH}`);
		expect(profile).toMatchObject({
			username: "ada",
			name: "Ada",
			email: "ada@example.com",
			emailVerified: true,
		});
	});

	test("keycloak refreshes and revokes tokens at a certified provider", async () => {
		const { tokens } = await provider().handleCallback(await callback());
		await expectRefreshAndRevocation(provider(), tokens);
	});

	test("keycloak does not require iss from a realm that announces it, but refuses a wrong one", async () => {
		const silent = await callback((url) => url.searchParams.delete("iss"));
		expect(await provider().handleCallback(silent)).toMatchObject({ profile: { username: "ada" } });
		const forged = await callback((url) => url.searchParams.set("iss", `${origin}/realms/another`));
		await failureOf(provider().handleCallback(forged), "ISSUER_MISMATCH");
	});
});
