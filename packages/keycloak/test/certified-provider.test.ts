import { keycloak } from "@oauth/keycloak";
import { Browser } from "@oauth/test-kit/browser";
import { expectRefreshAndRevocation, serveCertifiedProvider } from "@oauth/test-kit/certified-provider";
import { failureOf } from "@oauth/test-kit/errors";
import { cookiePair, loginRequest } from "@oauth/test-kit/sign-in";
import { beforeEach, describe, expect, test } from "vitest";

const CLIENT = {
	clientId: "my-client",
	clientSecret: "a-secret-that-is-long-enough-for-anything",
	redirectUri: "http://localhost:3000/login/keycloak/callback",
};

describe("through the pages of a certified OpenID provider with a realm's paths", () => {
	const PATH = "/realms/myrealm";
	let origin: string;
	beforeEach(async () => {
		origin = await serveCertifiedProvider({
			client: CLIENT,
			issuerAt: (address) => address + PATH,
			person: { name: "Ada", preferred_username: "ada", email: "ada@example.com", email_verified: true },
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

	/** Back at the app, as a browser that has gone through the pages. */
	async function goThrough(change = (_: URL) => {}): Promise<Request> {
		const signIn = await provider().startSignIn(loginRequest(), { params: { kc_idp_hint: "google" } });
		const browser = new Browser(origin);
		const login = await browser.open(signIn.url);
		const consent = await browser.submit(login, "login", { login: "0f1e2d3c", password: "any" });
		const url = new URL((await browser.submit(consent, "consent")).url);
		expect(url.searchParams.get("iss")).toBe(origin + PATH);
		change(url);
		return new Request(url, { headers: { cookie: cookiePair(signIn) } });
	}

	test("signs in, once per code", async () => {
		const callback = await goThrough();
		const { providerUserId, profile } = await provider().handleCallback(callback);
		expect(providerUserId).toBe(`0f1e2d3c@${origin}${PATH}`);
		expect(profile).toMatchObject({
			username: "ada",
			name: "Ada",
			email: "ada@example.com",
			emailVerified: true,
		});
		expect(await failureOf(provider().handleCallback(callback), "FAILED_REQUEST")).toMatchObject({
			providerError: "invalid_grant",
		});
	});

	test("refreshes and revokes", async () => {
		const { tokens } = await provider().handleCallback(await goThrough());
		await expectRefreshAndRevocation(provider(), tokens);
	});

	test("takes no announcement of iss for a promise", async () => {
		const silent = await goThrough((url) => url.searchParams.delete("iss"));
		expect(await provider().handleCallback(silent)).toMatchObject({ profile: { username: "ada" } });
		const forged = await goThrough((url) => url.searchParams.set("iss", `${origin}/realms/another`));
		await failureOf(provider().handleCallback(forged), "ISSUER_MISMATCH");
	});
});
