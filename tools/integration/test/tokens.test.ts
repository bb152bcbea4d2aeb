import { randomBytes } from "node:crypto";
import { github } from "@oauth/github";
import { oidc } from "@oauth/oidc";
import { logIn, serveCertifiedProvider } from "@oauth/test-kit/certified-provider";
import { chooseAccount, emulate, registrationOf } from "@oauth/test-kit/emulate";
import { failureOf } from "@oauth/test-kit/errors";
import { cookiePair, loginRequest } from "@oauth/test-kit/sign-in";
import { type TokenProvider, tokenVault } from "@oauth/tokens";
import { memoryStore } from "@oauth/tokens/memory";
import { expect, test } from "vitest";

const CLIENT = {
	clientId: "client-1",
	clientSecret: "a-secret-that-is-long-enough-for-anything",
	redirectUri: "http://localhost:3000/callback",
};

/** Makes vaults on one store, as the processes of an app have them. */
function vaultsOf(...providers: TokenProvider[]) {
	const store = memoryStore();
	const keys = [randomBytes(32).toString("base64")];
	return providers.map((provider) => tokenVault({ store, keys, providers: [provider] }));
}

test("processes share each refresh at a certified provider that rotates, and call its API", async () => {
	const issuer = await serveCertifiedProvider({
		client: CLIENT,
		userClaims: { name: "Ada" },
		configuration: { rotateRefreshToken: true, claims: { openid: ["sub"], profile: ["name"] } },
	});
	// Each with a network of its own, because the requests of one network are shared in a process.
	const create = () =>
		oidc({ ...CLIENT, issuer, scope: ["offline_access"], fetch: (...args) => fetch(...args) });
	const providers = [create(), create(), create()] as const;
	const flow = await providers[0].startSignIn(loginRequest(), { params: { prompt: "consent" } });
	const { url } = await logIn(issuer, flow.url, "ada");
	const headers = { cookie: cookiePair(flow) };
	const session = await providers[0].handleCallback(new Request(url, { headers }));

	const vaults = vaultsOf(...providers);
	const [vault] = vaults;
	if (!vault) throw new Error("there is no vault");
	const used = new Set<string>();
	let tokens = session.tokens;
	for (const _ of [1, 2, 3]) {
		used.add(`${tokens.refreshToken}`);
		await vault.save("ada", { ...session, tokens: { ...tokens, expiresAt: new Date() } });
		const calls = vaults.flatMap((each) => [1, 2, 3, 4].map(() => each.get("ada", "oidc")));
		const all = await Promise.all(calls);
		expect(new Set(all.map(({ accessToken }) => accessToken)).size).toBe(1);
		tokens = all[0] ?? tokens;
		expect(used).not.toContain(tokens.refreshToken);
	}
	expect(await vault.client("ada", "oidc", { baseURL: issuer })("/me")).toMatchObject({ sub: "ada" });

	expect(await vault.disconnect("ada", "oidc")).toEqual({ isRevoked: true });
	await vault.save("ada", { ...session, tokens: { ...tokens, expiresAt: new Date() } });
	for (const _ of [1, 2]) await failureOf(vault.get("ada", "oidc"), "INVALID_GRANT");
});

test("a vault lists a user's repositories at an emulated GitHub", async () => {
	const url = await emulate("github", {
		users: [{ login: "octoada", name: "Ada Lovelace", email: "ada@example.com" }],
		repos: [{ owner: "octoada", name: "engine", description: "Analytical" }],
		oauth_apps: [registrationOf(CLIENT)],
	});
	const provider = github({
		...CLIENT,
		baseUrl: url,
		endpoints: {
			user: `${url}/user`,
			emails: `${url}/user/emails`,
			api: url,
		},
	});
	const session = await provider.handleCallback(await chooseAccount(provider, url, "octoada"));
	const [vault] = vaultsOf(provider);
	await vault?.save("ada", session);
	expect(await vault?.client("ada", "github")("/user/repos")).toMatchObject([
		{ full_name: "octoada/engine" },
	]);
});
