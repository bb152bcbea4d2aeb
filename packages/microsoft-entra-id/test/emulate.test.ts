import { type MicrosoftEntraIDConfig, microsoftEntraId } from "@oauth/microsoft-entra-id";
import { chooseAccount, emulate, registrationOf } from "@oauth/test-kit/emulate";
import { failureOf } from "@oauth/test-kit/errors";
import { describe, expect, test } from "vitest";

const CLIENT = {
	clientId: "aabbccdd-0000-4000-8000-112233445566",
	clientSecret: "secret~of.the-app",
	redirectUri: "http://localhost:3000/login/microsoft-entra-id/callback",
};

const ACME = "1f2e3d4c-0000-4000-8000-5b6a79880000";
const EVIL = "e5e5e5e5-0000-4000-8000-5b6a79880666";

describe("an emulated Microsoft", () => {
	const start = () =>
		emulate("microsoft", {
			users: [
				{ email: "ada@example.com", name: "Ada Example", tenant_id: ACME },
				{ email: "eve@evil.example", name: "Eve Evil", tenant_id: EVIL },
			],
			oauth_clients: [registrationOf(CLIENT)],
		});

	async function signInAt(url: string, email: string, config: Partial<MicrosoftEntraIDConfig>) {
		const provider = microsoftEntraId({ ...CLIENT, ...config });
		return { provider, session: provider.handleCallback(await chooseAccount(provider, url, email)) };
	}

	async function expectRefused(url: string, config: Partial<MicrosoftEntraIDConfig>, claim: string) {
		const { session } = await signInAt(url, "eve@evil.example", config);
		expect((await failureOf(session, "INVALID_ID_TOKEN")).message).toContain(`"${claim}"`);
	}

	/** Its paths have no tenant. */
	const asAuthority = (url: string) => ({
		authority: url,
		endpoints: {
			authorization: `${url}/oauth2/v2.0/authorize`,
			token: `${url}/oauth2/v2.0/token`,
			jwks: `${url}/discovery/v2.0/keys`,
		},
	});

	test("microsoftEntraId signs in users of every tenant, or of the allowed ones only", async () => {
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

	test("microsoftEntraId refreshes tokens with a refresh token that is rotated", async () => {
		const url = await start();
		const { provider, session } = await signInAt(url, "ada@example.com", {
			...asAuthority(url),
			scope: ["offline_access"],
		});
		const { tokens } = await session;
		expect(tokens.scope).toContain("offline_access");
		const fresh = await provider.refreshTokens(tokens.refreshToken ?? "");
		expect(fresh.accessToken).not.toBe(tokens.accessToken);
		expect(fresh.refreshToken).not.toBe(tokens.refreshToken);
		await failureOf(provider.refreshTokens(tokens.refreshToken ?? ""), "INVALID_GRANT");
	});

	test("microsoftEntraId discovers the issuer of one tenant, and refuses users of another", async () => {
		const url = await start();
		const config = { issuer: `${url}/${ACME}/v2.0` };
		const ada = await (await signInAt(url, "ada@example.com", config)).session;
		expect(ada.providerUserId).toBe(`${ada.providerUser.sub}@${ACME}@${url}/${ACME}/v2.0`);
		await expectRefused(url, config, "iss");
	});
});
