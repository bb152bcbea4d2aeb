import {
	type Auth,
	type Client,
	type Discovered,
	defineProvider,
	type EmailConfig,
	type Endpoints,
	failure,
	OAuthError,
	type OAuthProvider,
	type ProviderConfig,
	type ProviderDefinition,
	refreshTokens,
	type SessionOf,
	type Tokens,
	urlProblem,
} from "@oauth/core/provider";
import { addUserinfo, type IdTokenClaims, toProfile } from "./claims.js";
import { discover } from "./discovery.js";
import { loadVerifier, verifyIdToken } from "./id-token.js";
import { loadKeys } from "./keys.js";
import { refuseSharedRedirectUri } from "./mix-up.js";

/** What public keys can check. `none` and the HMACs are not among them. */
const PUBLIC_KEY_ALGORITHMS = [
	"RS256",
	"RS384",
	"RS512",
	"PS256",
	"PS384",
	"PS512",
	"ES256",
	"ES384",
	"ES512",
	"EdDSA",
	"Ed25519",
];

/** The endpoints that an issuer names itself. */
const DISCOVERED: OidcEndpoints = {
	authorization: undefined,
	token: undefined,
	jwks: undefined,
	userinfo: undefined,
	revocation: undefined,
};

/** There is nothing to discover where a config has these. */
const NEEDED = ["authorization", "token", "jwks"];

/** The URLs of an OpenID Connect provider. */
export type OidcEndpoints = Endpoints & {
	/** Absent where ID tokens are signed with the client secret. */
	jwks?: string | undefined;
	userinfo?: string | undefined;
};

/** The settings that every OpenID Connect provider takes. */
export interface OidcProviderConfig extends ProviderConfig, EmailConfig {
	/** Another issuer that speaks as this provider does, such as an emulator: its endpoints are discovered. */
	issuer?: string | undefined;
}

/** The fields that mean the same as in core. */
type SharedFields<Claims> = Pick<
	ProviderDefinition<Claims>,
	| "id"
	| "name"
	| "authorizationParams"
	| "authorizationResponseIss"
	| "createClientSecret"
	| "emailNeedsGrant"
	| "headers"
	| "invalid"
	| "invalidGrantErrors"
	| "isIssuer"
	| "loginHintParam"
	| "refresh"
	| "required"
	| "responseMode"
	| "revocationRequest"
	| "scopeSeparator"
> &
	Partial<Pick<ProviderDefinition<Claims>, "clientAuth" | "emailScope" | "pkce" | "scope" | "toProfile">>;

/**
 * What a package says about an OpenID Connect provider. The rest is the standard's: `client_secret_basic`, PKCE with S256,
 * the scopes `openid`, `profile` and `email`, and the standard claims as a profile, by default.
 */
export interface OidcDefinition<Claims> extends SharedFields<Claims> {
	issuer: string;
	/** Other spellings of the issuer that its ID tokens may have. */
	issuerAliases?: string[];
	/** The issuer that these claims must be from, where it depends on them: replaces `issuer` there. */
	issuerOf?(claims: Claims): string;
	/** Discovered where they are not given. */
	endpoints?: OidcEndpoints;
	/** The signature algorithms of the ID token. An HMAC's key is the client secret. @default all with a public key */
	algorithms?: string[];
	/** What `aud` must be. @default the client id */
	audience?: string;
	/** What the authorization response itself says of the user, to show: no claim gives way to it. */
	readCallback?(params: Record<string, string>): Partial<Claims>;
	/** The provider has many issuers, so the one at which a user's id is unique becomes a part of the id. */
	manyIssuers?: boolean;
	/** Whether these claims say who the user is. Where they don't, the userinfo endpoint is asked too. */
	isComplete?(claims: Claims): boolean;
	/** What else must be so: names a claim that says otherwise. */
	findWrongClaim?(claims: Claims): string | undefined;
}

/** What an ID token from elsewhere is checked against. */
export interface IdTokenChecks {
	/** The nonce that the app gave to the native sign-in or to One Tap, for this one sign-in. */
	nonce: string;
	/**
	 * The client ids that the token may be for (`aud`) and have been issued to (`azp`), such as the web, the Android and
	 * the iOS app's.
	 *
	 * @default the config's client id
	 */
	audience?: string | (string | undefined)[] | undefined;
}

/** What the ID token of a refresh is checked against. */
export interface RefreshChecks {
	/** The `sub` of the user whose tokens these are: `providerUser.sub` of the session. */
	sub?: string | undefined;
}

/** The `tokens` of a session that came from an ID token alone. */
export interface IdTokenOnly {
	idToken: string;
}

/** A sign-in provider that speaks OpenID Connect. */
export interface OidcProvider<ProviderUser, User = never, Attributes = never>
	extends OAuthProvider<ProviderUser, User, Attributes> {
	/**
	 * Validates an ID token that a native app or One Tap has brought.
	 *
	 * @returns the session, as `handleCallback` returns it, with the ID token alone for `tokens`
	 * @throws OAuthError `INVALID_ID_TOKEN`, `FAILED_REQUEST` (the issuer's keys), `INVALID_PROFILE`, `INVALID_CONFIG`;
	 * and whatever the user store throws
	 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
	 */
	validateIdToken(
		idToken: string,
		checks: IdTokenChecks,
	): Promise<SessionOf<ProviderUser, User, Attributes, IdTokenOnly>>;

	/**
	 * Exchanges a refresh token for new tokens, as every provider does. An ID token among them is verified; it is left out
	 * when the issuer's keys can't be had.
	 *
	 * @throws OAuthError `INVALID_ID_TOKEN`, also for another user's; `INVALID_GRANT`, `FAILED_REQUEST`, `NOT_SUPPORTED`,
	 * `INVALID_CONFIG`
	 * @see https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse
	 */
	refreshTokens(refreshToken: string, checks?: RefreshChecks): Promise<Tokens>;
}

// Without docstrings on the calls: an editor shows the provider's own.
/** What an OpenID Connect provider's package exports: call it with users (Lucia or a `UserStore`) or without. */
export interface OidcProviderFunction<Config, ProviderUser> {
	<User, Attributes>(
		auth: Auth<User, Attributes>,
		config: Config,
	): OidcProvider<ProviderUser, User, Attributes>;
	(config: Config): OidcProvider<ProviderUser>;
}

/**
 * Makes an OpenID Connect provider: with a nonce, and the ID token checked, always.
 *
 * @param definition an object, or a function of the app's settings with a written return type
 */
export function defineOidcProvider<Config extends Partial<OidcProviderConfig>, Claims extends IdTokenClaims>(
	definition: OidcDefinition<Claims> | ((config: Config) => OidcDefinition<Claims>),
): OidcProviderFunction<Config, Claims> {
	const define = defineProvider((config: Config) => {
		const usual = typeof definition === "function" ? definition(config) : definition;
		const isUsual = !config.issuer || config.issuer === usual.issuer;
		return toProviderDefinition(isUsual ? usual : atIssuer(usual, `${config.issuer}`), config, isUsual);
	});
	return define as OidcProviderFunction<Config, Claims>;
}

/** The same provider at another issuer, whose endpoints are its own, and whose users are other users. */
function atIssuer<Claims>(definition: OidcDefinition<Claims>, issuer: string): OidcDefinition<Claims> {
	return {
		...definition,
		issuer,
		issuerAliases: undefined,
		issuerOf: undefined,
		isIssuer: undefined,
		authorizationResponseIss: undefined,
		manyIssuers: true,
		endpoints: undefined,
	};
}

function toProviderDefinition<Claims extends IdTokenClaims>(
	definition: OidcDefinition<Claims>,
	config: Partial<OidcProviderConfig>,
	isUsual: boolean,
): ProviderDefinition<Claims> {
	const { issuerAliases = [], algorithms = PUBLIC_KEY_ALGORITHMS, audience, ...shared } = definition;
	const { issuer, issuerOf, manyIssuers, endpoints = DISCOVERED } = definition;
	const isGiven = endpoints !== DISCOVERED || NEEDED.every((name) => config.endpoints?.[name]);

	function verify(
		client: Client,
		idToken: string | undefined,
		checks: { nonce: string | undefined | false; audience?: IdTokenChecks["audience"] },
	): Promise<Claims> {
		return verifyIdToken<Claims>(client, idToken, {
			issuers: issuerOf ?? [issuer, ...issuerAliases],
			algorithms,
			audience: checks.audience ?? audience ?? client.clientId,
			nonce: checks.nonce,
			findWrongClaim: definition.findWrongClaim,
		});
	}

	return {
		pkce: "S256",
		scope: ["openid", "profile"],
		emailScope: "email",
		toProfile,
		...shared,
		clientAuth: definition.clientAuth ?? "client_secret_basic",
		endpoints,
		idServer: manyIssuers ? issuer?.replace(/^https:\/\/|\/$/g, "") : undefined,
		nonce: true,
		required: { ...definition.required, issuer },
		invalid: { ...definition.invalid, issuer: urlProblem(issuer) },

		async discover(client) {
			const found: Discovered | undefined = isGiven
				? undefined
				: await discover(client, isUsual ? definition.clientAuth : undefined);
			// Where the issuer is the app's choice, or that of the app's users.
			if (manyIssuers || config.issuer) refuseSharedRedirectUri({ ...client, ...found });
			return found;
		},

		prefetch: (client) => Promise.all([client.endpoints.jwks && loadKeys(client), loadVerifier()]),

		async getUser({ client, get, optional, tokens, expectedNonce, callbackParams }) {
			const claims = await verify(client, tokens.idToken, { nonce: expectedNonce });
			const withSaid = (known: Claims) => ({ ...definition.readCallback?.(callbackParams), ...known });
			// The same issuer has to be in the authorization response and in the ID token (RFC 9207, section 2.4).
			if (issuerOf && callbackParams.iss && callbackParams.iss !== claims.iss)
				throw failure(client, "ISSUER_MISMATCH", {
					step: "id_token",
					reason: `"iss" of the callback is not that of the ID token`,
				});
			const { userinfo: url } = client.endpoints;
			if (!url || (definition.isComplete?.(claims) ?? true)) return withSaid(claims);
			const userinfo = await optional(get(url, { findProblem: findUserinfoProblem }));
			if (!userinfo) return withSaid(claims);
			if (userinfo.sub !== claims.sub)
				throw failure(client, "INVALID_PROFILE", {
					step: "user",
					reason: `"sub" of the userinfo response is not that of the ID token`,
				});
			return withSaid(addUserinfo(claims, userinfo));
		},

		methods: ({ ready, toSession }) => ({
			async validateIdToken(idToken: string, checks: IdTokenChecks) {
				const client = await ready();
				if (!checks?.nonce)
					throw failure(client, "INVALID_CONFIG", { step: "id_token", reason: `"nonce" is missing` });
				return toSession(client, {
					providerUser: await verify(client, idToken, checks),
					tokens: { idToken },
				});
			},

			async refreshTokens(refreshToken: string, { sub }: RefreshChecks = {}): Promise<Tokens> {
				const client = await ready();
				const tokens = await refreshTokens(client, refreshToken);
				if (!tokens.idToken) return tokens;
				try {
					const claims = await verify(client, tokens.idToken, { nonce: false });
					if (sub !== undefined && claims.sub !== sub)
						throw invalid(client, `the "sub" claim is another user's`);
					return tokens;
				} catch (error) {
					if (!OAuthError.is(error) || error.code !== "FAILED_REQUEST") throw error;
					// The old refresh token may be spent, so the new one must not be lost for want of a key.
					const { idToken, raw, ...rest } = tokens;
					const { id_token, ...rawRest } = raw;
					return { ...rest, raw: rawRest };
				}
			},
		}),
	};
}

function findUserinfoProblem(response: unknown): string | undefined {
	return typeof Object(response).sub === "string" ? undefined : `"sub" is missing`;
}

function invalid(client: Client, reason: string): OAuthError {
	return failure(client, "INVALID_ID_TOKEN", { step: "id_token", reason });
}
