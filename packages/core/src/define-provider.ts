import { authorizationRequest, authorizationUrl } from "./authorization.js";
import { readCallback } from "./callback.js";
import { checkConfig, createClient } from "./client.js";
import { defined } from "./defined.js";
import type { Client, ProviderDefinition, ProviderTools } from "./definition.js";
import { type Flow, retireFlow } from "./flow.js";
import { getProviderUser, identify } from "./identity.js";
import type { Lucia } from "./lucia.js";
import type { Intent, OAuthProvider, ProviderConfig } from "./provider.js";
import { startSignIn } from "./sign-in.js";
import { redeemCode, refreshTokens, revokeToken } from "./tokens.js";
import { type Auth, toUserStore, type UserStore, withUser } from "./users.js";

/** What a provider package exports. */
export interface ProviderFunction<Config extends Partial<ProviderConfig>, ProviderUser> {
	/** With the app's own user store. */
	<User, Attributes>(
		store: UserStore<User, Attributes>,
		config: Config,
	): OAuthProvider<ProviderUser, User, Attributes>;
	/** With a `lucia-auth` 1.x or a `lucia` 2.x instance, as it is. */
	<User, Attributes>(
		auth: Lucia<User, Attributes>,
		config: Config,
	): OAuthProvider<ProviderUser, User, Attributes>;
	/** Without users: who signed in, and nothing about the app. */
	(config: Config): OAuthProvider<ProviderUser>;
}

/** Makes a provider from what is particular about it. */
export function defineProvider<Config extends Partial<ProviderConfig>, ProviderUser>(
	describe: (config: Config) => ProviderDefinition<ProviderUser>,
): ProviderFunction<Config, ProviderUser> {
	const create = (...args: [Config] | [Auth<unknown, unknown>, Config]) => {
		const config = (args.at(-1) ?? {}) as Config;
		return createProvider(
			describe(config),
			config as ProviderConfig,
			args.length === 2 ? toUserStore(args[0]) : undefined,
		);
	};
	return create as unknown as ProviderFunction<Config, ProviderUser>;
}

/** `store` is `undefined` for a provider without users, and `null` where something else stands in its place. */
function createProvider<ProviderUser>(
	definition: ProviderDefinition<ProviderUser>,
	config: ProviderConfig,
	store: UserStore<unknown, unknown> | null | undefined,
): OAuthProvider<ProviderUser> {
	const settings = createClient(definition, config);
	const check = () => checkConfig(settings, definition.endpoints, store !== null);

	const ready: ProviderTools<ProviderUser>["ready"] = async () => {
		check();
		const found = await settings.discover?.(settings);
		return found ? createClient({ ...definition, ...found }, config) : settings;
	};
	const toSession: ProviderTools<ProviderUser>["toSession"] = async (client, tokens, getUser, intent) => {
		const identity = await identify(client, tokens, getUser);
		return store ? withUser(client, store, identity, intent) : identity;
	};
	const redeem = async (
		client: Client,
		code: string,
		checks: Partial<Flow>,
		params = {},
		intent?: Intent,
	) => {
		const tokens = await (client.redeemCode ?? redeemCode)(client, code, checks);
		return toSession(client, tokens, () => getProviderUser(client, tokens, checks.nonce, params), intent);
	};

	return {
		id: definition.id,
		name: definition.name,
		getAuthorizationUrl(params = {}) {
			check();
			return authorizationUrl(settings, authorizationRequest(settings, params)).url;
		},
		async validateCallback(code, checks = {}) {
			return redeem(await ready(), code, checks);
		},
		async startSignIn(options = {}) {
			return startSignIn(await ready(), options);
		},
		async handleCallback(request) {
			const client = await ready();
			const { flow, code, params } = await readCallback(client, request);
			const { intent, redirectTo } = flow;
			const session = await redeem(client, code, flow, params, intent);
			return { ...session, ...defined({ redirectTo }), intent, cookie: retireFlow(client, flow) };
		},
		async refreshTokens(refreshToken) {
			return refreshTokens(await ready(), refreshToken);
		},
		async revokeToken(token) {
			return revokeToken(await ready(), token);
		},
		...definition.methods?.({ ready, toSession }),
	};
}
