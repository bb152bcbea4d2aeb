import { authorizationRequest, authorizationUrl, requestedScope } from "./authorization.js";
import { checkCallback, readCallback } from "./callback.js";
import { checkConfig, createClient } from "./client.js";
import type { Cookie } from "./cookie.js";
import type { AnyDefinition, Client, ProviderDefinition, ProviderTools } from "./definition.js";
import { OAuthError } from "./error.js";
import type { OAuthProvider, ProviderConfig, UserStore } from "./provider.js";
import { getProviderUser } from "./provider-user.js";
import { createSession } from "./session.js";
import { startSignIn } from "./sign-in.js";
import { redeemCode, refreshTokens, revokeToken } from "./tokens.js";
import { type Auth, toUserStore } from "./user-store.js";

// The call signatures have no docstrings, so that an editor shows the provider's own.
/** The function that a provider package exports. Call it with a user store (Lucia or a `UserStore`) or without one. */
export interface ProviderFunction<Config, ProviderUser> {
	<User, Attributes>(
		auth: Auth<User, Attributes>,
		config: Config,
	): OAuthProvider<ProviderUser, User, Attributes>;
	(config: Config): OAuthProvider<ProviderUser>;
}

/**
 * Makes a provider from its definition.
 *
 * @param definition an object or, where something depends on the app's settings, a function of the config. Write down the
 * function's return type, or a misspelt field compiles.
 * @returns the function that a provider package exports
 */
export function defineProvider<Config, ProviderUser, Endpoint extends string = never>(
	definition:
		| ProviderDefinition<ProviderUser, Endpoint>
		| ((config: Config) => ProviderDefinition<ProviderUser, Endpoint>),
): ProviderFunction<Config, ProviderUser> {
	const create = (...args: [Config] | [Auth<unknown, unknown>, Config]) => {
		const config = (args.at(-1) ?? {}) as Config;
		return createProvider(
			typeof definition === "function" ? definition(config) : definition,
			config as ProviderConfig,
			args.length === 2 ? toUserStore(args[0]) : undefined,
		);
	};
	return create as ProviderFunction<Config, ProviderUser>;
}

/** @param store `undefined` for a provider without a user store, `null` where something else was passed as one */
function createProvider<ProviderUser>(
	definition: AnyDefinition,
	config: ProviderConfig,
	store: UserStore<unknown, unknown> | null | undefined,
): OAuthProvider<ProviderUser> {
	const configured = createClient(definition, config);
	let isChecked = false;

	function check(): void {
		if (!isChecked) checkConfig(configured, definition.endpoints, store !== null);
		isChecked = true;
	}
	async function ready(): Promise<Client> {
		check();
		const discovered = await configured.discover?.(configured);
		return discovered ? createClient({ ...definition, ...discovered }, config) : configured;
	}
	const toSession: ProviderTools<ProviderUser>["toSession"] = (client, signedIn, intent) =>
		createSession(client, store ?? undefined, signedIn, intent);

	return {
		id: definition.id,
		name: definition.name,
		apiUrl: configured.endpoints.api,
		tokenPolicy: definition.tokenPolicy,
		getAuthorizationUrl(params = {}) {
			check();
			return authorizationUrl(configured, authorizationRequest(configured, params)).url;
		},
		async validateCallback(code, checks = {}) {
			const client = await ready();
			const tokens = await redeemCode(client, code, checks);
			const user = await getProviderUser<ProviderUser>(client, tokens, checks.nonce);
			return toSession(client, { ...user, tokens });
		},
		async startSignIn(request, options = {}) {
			return startSignIn(await ready(), request, options);
		},
		async handleCallback(request, options = {}) {
			const client = await ready();
			const callback = await readCallback(client, request);
			const { flow, params, cookie } = callback;
			const { intent, redirectTo } = flow;
			try {
				const code = await checkCallback(client, callback, options);
				const tokens = await redeemCode(client, code, flow, params);
				const user = await getProviderUser<ProviderUser>(client, tokens, flow.nonce, params);
				const session = await toSession(client, { ...user, tokens }, intent);
				return {
					...session,
					...(redirectTo && { redirectTo }),
					intent,
					requestedScope: requestedScope(client, flow.scope?.split(" ")),
					cookie,
				};
			} catch (error) {
				throw OAuthError.is(error) ? withCookie(error, cookie) : error;
			}
		},
		async refreshTokens(refreshToken, options) {
			return refreshTokens(await ready(), refreshToken, options);
		},
		async revokeToken(token) {
			return revokeToken(await ready(), token);
		},
		...definition.methods?.({ ready, toSession }),
	};
}

/** Copies the error: flows can share a failure, such as that of a request for keys, but each has its own cookie. */
function withCookie(error: OAuthError, cookie: Cookie): OAuthError {
	const own = new OAuthError(error.code, { ...error, cookie });
	return Object.assign(own, { message: error.message, stack: error.stack });
}
