import { apple } from "@oauth/apple";
import { OAuthError } from "@oauth/core";
import { github } from "@oauth/github";
import { google } from "@oauth/google";
import { oidc } from "@oauth/oidc";
import { tokenVault } from "@oauth/tokens";
import { memoryStore } from "@oauth/tokens/memory";
import { settings } from "./settings.js";

// An app for every runtime: it uses Web APIs only.

const accounts = new Map();
const nameOf = ({ providerId, providerUserId }) => `${providerId} ${providerUserId}`;
const users = {
	getUser: async (account) => accounts.get(nameOf(account)) ?? null,
	createUser: async (account, attributes) => {
		const user = { number: accounts.size + 1, ...attributes };
		accounts.set(nameOf(account), user);
		return user;
	},
	linkAccount: async () => {
		throw new Error("this app links no accounts");
	},
};

const providers = {
	github: github(users, settings.github),
	google: google(users, settings.google),
	apple: apple(users, settings.apple),
	oidc: oidc(users, settings.oidc),
	impatient: github(users, { ...settings.github, timeout: 200 }),
};

const vault = tokenVault({
	store: memoryStore(),
	keys: [btoa("k".repeat(32))],
	providers: Object.values(providers),
});

/** The tokens of the last sign-in or refresh, by provider. */
const lastTokens = {};
/** The number of refreshes under way, by provider. */
const refreshing = {};

const actions = {
	async login(id, request) {
		const signIn = await providers[id].startSignIn(request, { redirectTo: "/inbox?tab=2" });
		return signIn.response();
	},
	async callback(id, request) {
		const flow = await providers[id].handleCallback(request);
		const { existingUser, createUser, profile, tokens, redirectTo, cookie } = flow;
		await vault.save("ada", flow);
		lastTokens[id] = tokens;
		const user = existingUser ?? (await createUser({ name: profile.name }));
		const session = { isNew: !existingUser, user, profile, scope: tokens.scope, redirectTo };
		return Response.json(session, { headers: { "set-cookie": cookie.serialize() } });
	},
	async refresh(id) {
		refreshing[id] = (refreshing[id] ?? 0) + 1;
		try {
			lastTokens[id] = await providers[id].refreshTokens(lastTokens[id].refreshToken);
		} finally {
			refreshing[id]--;
		}
		return Response.json({ inAnHour: lastTokens[id].expiresAt > new Date(Date.now() + 3_500_000) });
	},
	/** Asks GitHub's API for the user, with the token that the vault keeps. */
	async api(id) {
		const { user } = settings[id].endpoints;
		const { login } = await vault.client("ada", id, { baseURL: new URL(user).origin })(user);
		return Response.json({ login });
	},
	refreshing: async (id) => Response.json(refreshing[id]),
	async revoke(id) {
		await providers[id].revokeToken(lastTokens[id].accessToken);
		return Response.json({});
	},
};

/** Handles a request to a path such as `/github/login`: a `Request`, or Node's `IncomingMessage`. */
export async function handle(request) {
	const [, id, action] = new URL(request.url, "http://localhost").pathname.split("/");
	try {
		return await actions[action](id, request);
	} catch (error) {
		console.error(error);
		const { code, step, status, providerError, cause } = error;
		const what = OAuthError.is(error) ? { code, step, status, providerError } : { bug: String(error) };
		const problem = { ...what, cause: cause?.message, causeCode: cause?.code };
		return Response.json(problem, { status: 400 });
	}
}
