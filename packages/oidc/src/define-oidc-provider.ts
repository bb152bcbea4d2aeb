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
	type RefreshOptions,
	refreshTokens,
	type SessionOf,
	type Tokens,
	urlProblem,
} from "@oauth/core/provider";
import { addUserinfo, type IdTokenClaims, toProfile } from "./claims.js";
import { discover } from "./discovery.js";
import { CLOCK_TOLERANCE, loadVerifier, verifyIdToken } from "./id-token.js";
import { loadKeys } from "./keys.js";
import { refuseSharedRedirectUri } from "./mix-up.js";

/** The signature algorithms with a public key: neither `none` nor an HMAC. */
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

/** The endpoints that discovery fills in. */
const DISCOVERED: OidcEndpoints = {
	authorization: undefined,
	token: undefined,
	jwks: undefined,
	userinfo: undefined,
	revocation: undefined,
};

/** With these endpoints in the config, nothing is discovered. */
const NEEDED = ["authorization", "token", "jwks"];

/** The URLs of an OpenID Connect provider. */
export type OidcEndpoints = Endpoints & {
	/** The issuer's keys. Absent where ID tokens are signed with the client secret. */
	jwks?: string | undefined;
	userinfo?: string | undefined;
};

/** The settings that every OpenID Connect provider takes. */
export interface OidcProviderConfig extends ProviderConfig, EmailConfig {
	/**
	 * Another issuer that behaves like this provider, such as an emulator. Its endpoints are discovered. Its users are its
	 * own: `providerUserId` ends in `@` and the issuer.
	 */
	issuer?: string | undefined;
}

/** The fields that mean the same as in core. */
type SharedFields<Claims> = Pick<
	ProviderDefinition<Claims>,
	| "id"
	| "name"
	| "accessDeniedErrors"
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
	| "tokenPolicy"
> &
	Partial<Pick<ProviderDefinition<Claims>, "clientAuth" | "emailScope" | "pkce" | "scope" | "toProfile">>;

/**
 * The definition of an OpenID Connect provider. By default it has `client_secret_basic`, PKCE with S256, the scopes
 * `openid`, `profile` and `email`, and a profile of the standard claims.
 */
export interface OidcDefinition<Claims> extends SharedFields<Claims> {
	issuer: string;
	/** Other spellings of the issuer that are accepted in ID tokens. */
	issuerAliases?: string[];
	/** Returns the issuer that these claims must name, where it depends on them. Replaces `issuer` for ID tokens. */
	issuerOf?(claims: Claims): string;
	/** Discovered by default. */
	endpoints?: OidcEndpoints;
	/** The signature algorithms of the ID token. An HMAC's key is the client secret. @default all with a public key */
	algorithms?: string[];
	/** The expected `aud`. @default the client id */
	audience?: string;
	/** Returns what the authorization response says about the user, for display. Every claim takes precedence. */
	readCallback?(params: Record<string, string>): Partial<Claims>;
	/** The provider has many issuers: the issuer becomes a part of the user's id, which is unique there only. */
	manyIssuers?: boolean;
	/** Tells whether the ID token is enough; if not, the userinfo endpoint is asked too. @default it always is */
	isComplete?(claims: Claims): boolean;
	/** Returns the name of a claim that is not what the app's settings require. */
	findWrongClaim?(claims: Claims): string | undefined;
}

/** The checks of an ID token that does not come from the token endpoint. */
export interface IdTokenChecks {
	/** The nonce that the app gave the native sign-in or One Tap for this one sign-in. */
	nonce: string;
	/**
	 * The client ids that are accepted in `aud` and `azp`, such as those of the web, the Android and the iOS app.
	 *
	 * @default the config's client id
	 */
	audience?: string | (string | undefined)[] | undefined;
}

/** The checks of a refreshed ID token. */
export interface RefreshChecks extends RefreshOptions {
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
	 * Validates an ID token from a native app or One Tap.
	 *
	 * @returns the session, whose `tokens` hold the ID token alone
	 * @throws OAuthError `INVALID_ID_TOKEN`, `FAILED_REQUEST` (the issuer's keys), `INVALID_PROFILE`, `INVALID_CONFIG`;
	 * and whatever the user store throws
	 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
	 */
	validateIdToken(
		idToken: string,
		checks: IdTokenChecks,
	): Promise<SessionOf<ProviderUser, User, Attributes, IdTokenOnly>>;

	/**
	 * Exchanges a refresh token for new tokens. An ID token among them is verified, and left out if the issuer's keys can't
	 * be fetched, or if it is not valid now by this server's clock.
	 *
	 * @throws OAuthError `INVALID_ID_TOKEN` (also for another user's), `INVALID_GRANT`, `FAILED_REQUEST`, `NOT_SUPPORTED`,
	 * `INVALID_CONFIG`
	 * @see https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse
	 */
	refreshTokens(refreshToken: string, checks?: RefreshChecks): Promise<Tokens>;
}

// The call signatures have no docstrings, so that an editor shows the provider's own.
/** The function that a provider package exports: call it with your users (Lucia or a `UserStore`) or without. */
export interface OidcProviderFunction<Config, ProviderUser> {
	<User, Attributes>(
		auth: Auth<User, Attributes>,
		config: Config,
	): OidcProvider<ProviderUser, User, Attributes>;
	(config: Config): OidcProvider<ProviderUser>;
}

/**
 * Makes an OpenID Connect provider. Every sign-in has a nonce, and every ID token is verified.
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

/** Returns the same provider at another issuer, with that issuer's endpoints and users. */
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
	const isGivenByPackage = endpoints !== DISCOVERED;
	const isGivenByApp = NEEDED.every((name) => config.endpoints?.[name]);

	function verify(
		client: Client,
		idToken: string | undefined,
		checks: {
			nonce: string | undefined | false;
			audience?: IdTokenChecks["audience"];
			clockTolerance?: number;
		},
	): Promise<Claims> {
		return verifyIdToken<Claims>(client, idToken, {
			issuers: issuerOf ?? [issuer, ...issuerAliases],
			algorithms,
			audience: checks.audience ?? audience ?? client.clientId,
			nonce: checks.nonce,
			clockTolerance: checks.clockTolerance,
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
			const found: Discovered | undefined =
				isGivenByPackage || isGivenByApp
					? undefined
					: await discover(client, isUsual ? definition.clientAuth : undefined);
			// The app or its users have chosen the issuer.
			if (manyIssuers || config.issuer) refuseSharedRedirectUri({ ...client, ...found });
			return found;
		},

		prefetch: (client) => Promise.all([client.endpoints.jwks && loadKeys(client), loadVerifier()]),

		async getUser({ client, get, optional, tokens, expectedNonce, callbackParams }) {
			const claims = await verify(client, tokens.idToken, { nonce: expectedNonce });
			const withCallback = (known: Claims) => ({ ...definition.readCallback?.(callbackParams), ...known });
			// The authorization response and the ID token must name the same issuer (RFC 9207, section 2.4).
			if (issuerOf && callbackParams.iss && callbackParams.iss !== claims.iss)
				throw failure(client, "ISSUER_MISMATCH", {
					step: "id_token",
					reason: `"iss" in the callback differs from the ID token's`,
				});
			const { userinfo: url } = client.endpoints;
			if (!url) return withCallback(claims);
			if (definition.isComplete?.(claims) ?? true) return withCallback(claims);
			const userinfo = await optional(get(url, { findProblem: findUserinfoProblem }));
			if (!userinfo) return withCallback(claims);
			if (userinfo.sub !== claims.sub)
				throw failure(client, "INVALID_PROFILE", {
					step: "user",
					reason: `"sub" in the userinfo response differs from the ID token's`,
				});
			return withCallback(addUserinfo(claims, userinfo));
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

			async refreshTokens(refreshToken: string, { sub, ...options }: RefreshChecks = {}): Promise<Tokens> {
				const client = await ready();
				const tokens = await refreshTokens(client, refreshToken, options);
				if (!tokens.idToken) return tokens;
				try {
					const claims = await verify(client, tokens.idToken, { nonce: false, clockTolerance: 1e12 });
					if (sub !== undefined && claims.sub !== sub)
						throw invalid(client, `the "sub" claim names another user`);
					if (isTimely(claims)) return tokens;
				} catch (error) {
					if (!OAuthError.is(error) || error.code !== "FAILED_REQUEST") throw error;
				}
				// The old refresh token may be used up, so a missing key or a wrong clock must not lose the new one.
				const { idToken, raw, ...rest } = tokens;
				const { id_token, ...rawRest } = raw;
				return { ...rest, raw: rawRest };
			},
		}),
	};
}

function isTimely({ exp = 0, iat = 0, nbf = 0 }: IdTokenClaims): boolean {
	const now = Date.now() / 1000;
	return exp > now - CLOCK_TOLERANCE && Math.max(iat, nbf) <= now + CLOCK_TOLERANCE;
}

function findUserinfoProblem(response: unknown): string | undefined {
	return typeof Object(response).sub === "string" ? undefined : `"sub" is missing`;
}

function invalid(client: Client, reason: string): OAuthError {
	return failure(client, "INVALID_ID_TOKEN", { step: "id_token", reason });
}
