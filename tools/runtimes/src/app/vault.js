import { OAuthError } from "@oauth/core";
import { github } from "@oauth/github";
import { google } from "@oauth/google";
import { tokenVault } from "@oauth/tokens";
import { d1Store } from "@oauth/tokens/d1";
import { settings } from "./settings.js";

// An app on Cloudflare Workers that keeps its users' tokens in D1.

const providers = { github: github(settings.github), google: google(settings.google) };

const USER_ID = "ada";

const actions = {
	async login(_vault, id, request) {
		const signIn = await providers[id].startSignIn(request);
		return signIn.response();
	},
	async callback(vault, id, request) {
		const session = await providers[id].handleCallback(request);
		await vault.save(USER_ID, session);
		return Response.json({});
	},
	async token(vault, id) {
		// Twice at once, as in two parts of one page.
		const [tokens, same] = await Promise.all([vault.get(USER_ID, id), vault.get(USER_ID, id)]);
		return Response.json({
			accessToken: tokens.accessToken,
			isSame: same.accessToken === tokens.accessToken,
			scope: tokens.scope,
		});
	},
	list: async (vault) => Response.json(await vault.list(USER_ID)),
	disconnect: async (vault, id) => Response.json(await vault.disconnect(USER_ID, id)),
};

export default {
	async fetch(request, env, context) {
		const vault = tokenVault({
			store: d1Store(env.DB),
			keys: [env.TOKEN_KEY],
			providers: Object.values(providers),
			waitUntil: (promise) => context.waitUntil(promise),
		});
		const [, id, action] = new URL(request.url).pathname.split("/");
		try {
			return await actions[action](vault, id, request);
		} catch (error) {
			const { code, message } = error;
			return Response.json(OAuthError.is(error) ? { code, message } : { bug: `${error}` }, { status: 400 });
		}
	},
};
