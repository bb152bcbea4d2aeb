import { type MicrosoftEntraIDConfig, microsoftEntraId } from "@oauth/microsoft-entra-id";
import { Browser } from "@oauth/test-kit/browser";
import { failureOf } from "@oauth/test-kit/errors";
import { cookiePair, loginRequest } from "@oauth/test-kit/sign-in";
import { createEmulator } from "emulate";
import { describe, expect, onTestFinished, test } from "vitest";

const CLIENT = {
	clientId: "aabbccdd-0000-4000-8000-112233445566",
	clientSecret: "secret~of.the-app",
	redirectUri: "http://localhost:3000/login/microsoft-entra-id/callback",
};

const ACME = "1f2e3d4c-0000-4000-8000-5b6a79880000";
const EVIL = "e5e5e5e5-0000-4000-8000-5b6a79880666";

describe("the emulated Microsoft", () => {
	async function start() {
		const emulator = await createEmulator({
			service: "microsoft",
			port: 0,
			seed: {
				microsoft: {
					users: [
						{ email: "ada@example.com", name: "Ada Example", tenant_id: ACME },
						{ email: "eve@evil.example", name: "Eve Evil", tenant_id: EVIL },
					],
					oauth_clients: [
						{
							client_id: CLIENT.clientId,
							client_secret: CLIENT.clientSecret,
							name: "Test",
							redirect_uris: [CLIENT.redirectUri],
						},
					],
				},
			},
		});
		onTestFinished(() => emulator.close());
		return emulator.url;
	}

	/** In a browser: through the page, on which the user chooses an account. */
	async function signInAt(url: string, email: string, config: Partial<MicrosoftEntraIDConfig>) {
		const subject = microsoftEntraId({ ...CLIENT, ...config });
		const signIn = await subject.startSignIn(loginRequest());
		const browser = new Browser(url);
		const callback = await browser.submit(await browser.open(signIn.url), email);
		const headers = { cookie: cookiePair(signIn) };
		return { subject, session: subject.handleCallback(new Request(callback.url, { headers })) };
	}

	async function expectRefused(url: string, config: Partial<MicrosoftEntraIDConfig>, claim: string) {
		const { session } = await signInAt(url, "eve@evil.example", config);
		expect((await failureOf(session, "INVALID_ID_TOKEN")).message).toContain(`"${claim}"`);
	}

	/** It has the paths of no tenant. */
	const asAuthority = (url: string) => ({
		authority: url,
		endpoints: {
			authorization: `${url}/oauth2/v2.0/authorize`,
			token: `${url}/oauth2/v2.0/token`,
			jwks: `${url}/discovery/v2.0/keys`,
		},
	});

	test("signs in users of every tenant, or of those that are allowed", async () => {
		const url = await start();
		const config = asAuthority(url);
		const ada = await (await signInAt(url, "ada@example.com", config)).session;
		expect(ada.providerUser).toMatchObject({ iss: `${url}/${ACME}/v2.0`, tid: ACME });
		expect(ada.profile).toEqual({
			id: `${ada.providerUser.sub}@${ACME}@${url}`,
			username: "ada@example.com",
			name: "Ada Example",
			givenName: "Ada",
			familyName: "Example",
			email: "ada@example.com",
		});
		const eve = await (await signInAt(url, "eve@evil.example", config)).session;
		expect(eve.providerUser).toMatchObject({ iss: `${url}/${EVIL}/v2.0`, tid: EVIL });

		const strict = { ...config, allowedTenants: [ACME] };
		expect(await (await signInAt(url, "ada@example.com", strict)).session).toMatchObject({
			providerUserId: ada.providerUserId,
		});
		await expectRefused(url, strict, "tid");
		await expectRefused(url, { ...config, tenant: ACME }, "tid");
	});

	test("refreshes, with a token that is used up then", async () => {
		const url = await start();
		const { subject, session } = await signInAt(url, "ada@example.com", {
			...asAuthority(url),
			scope: ["offline_access"],
		});
		const { tokens } = await session;
		expect(tokens.scope).toContain("offline_access");
		const fresh = await subject.refreshTokens(tokens.refreshToken ?? "");
		expect(fresh.accessToken).not.toBe(tokens.accessToken);
		expect(fresh.refreshToken).not.toBe(tokens.refreshToken);
		await failureOf(subject.refreshTokens(tokens.refreshToken ?? ""), "INVALID_GRANT");
	});

	test("is discovered as the issuer of one tenant, and vouches for nobody at another", async () => {
		const url = await start();
		const config = { issuer: `${url}/${ACME}/v2.0` };
		const ada = await (await signInAt(url, "ada@example.com", config)).session;
		expect(ada.providerUserId).toBe(`${ada.providerUser.sub}@${ACME}@${url}/${ACME}/v2.0`);
		await expectRefused(url, config, "iss");
	});
});
