import {
	type Client,
	type ClientAuth,
	defineProvider,
	type Endpoints,
	failure,
	type Lucia,
	type OAuthProvider,
	type ProfileFields,
	type ProviderConfig,
	type RequestOptions,
	type SessionOf,
	type UserStore,
} from "@oauth/core";
import { type IdTokenClaims, type StandardClaims, toProfile } from "./claims.js";
import { discover } from "./discovery.js";
import { verifyIdToken } from "./id-token.js";
import { loadKeys } from "./keys.js";

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
const DISCOVERED: Endpoints = {
	authorization: undefined,
	token: undefined,
	jwks: undefined,
	userinfo: undefined,
	revocation: undefined,
};

/** The settings that every OpenID Connect provider takes. */
export interface OidcProviderConfig extends ProviderConfig {
	/** Another issuer that speaks as this provider does, such as an emulator: its endpoints are discovered. */
	issuer?: string;
}

/** What a package says about an OpenID Connect provider. The rest is the standard's. */
export interface OidcDefinition<Claims> {
	id: string;
	name: string;
	issuer: string;
	/** Other spellings of the issuer that its ID tokens may have. */
	issuerAliases?: string[];
	/** The issuer that these claims must be from, where it depends on them: takes the place of `issuer` there. */
	issuerOf?(claims: Claims): string;
	/** Discovered where they are not given. */
	endpoints?: Endpoints;
	/** The issuer always sends `iss` in its authorization responses; discovered where the endpoints are. */
	authorizationResponseIss?: boolean;
	/** `client_secret_basic` unless told; discovered where the endpoints are. */
	clientAuth?: ClientAuth;
	/** The ID token's signature algorithms. All those with a public key unless told; an HMAC's key is the client secret. */
	algorithms?: string[];
	/** The client secret, where it is made anew for a while instead of being given. */
	createClientSecret?(client: Client): Promise<string>;
	/** The callback is a cross-site POST. */
	responseMode?: "form_post";
	/** What the authorization response itself says of the person, to show: no claim gives way to it. */
	readCallback?(params: Record<string, string>): Partial<Claims>;
	/** The provider has many issuers, so the one at which a user's id is unique becomes a part of the id. */
	manyIssuers?: boolean;
	/** `openid`, `email` and `profile` unless told. */
	scope?: string[];
	authorizationParams?: Record<string, string | undefined>;
	/** Settings, by name, that the provider can't do without. */
	required?: Record<string, unknown>;
	/** `S256` unless told: only a provider that refuses PKCE may go without. */
	pkce?: "S256" | "unsupported";
	/** The request that revokes a token, where it isn't RFC 7009's. */
	revocationRequest?(token: string): RequestOptions;
	/** Whether these claims say who the person is. Where they don't, the userinfo endpoint is asked too. */
	isComplete?(claims: Claims): boolean;
	/** What else must be so: a claim that says otherwise is named. */
	findWrongClaim?(claims: Claims): string | undefined;
	/** The standard claims as a profile, unless told. */
	toProfile?(claims: Claims): ProfileFields;
}

/** What an ID token from elsewhere is held against. */
export interface IdTokenChecks {
	/** The nonce that the app gave to the native sign-in or to One Tap, for this one sign-in. */
	nonce: string;
	/**
	 * The client ids that the token may be for (`aud`) and have been issued to (`azp`), such as the web, the Android and
	 * the iOS app's. The config's alone unless told.
	 */
	audience?: string | string[];
}

/** The `tokens` of a session that came from an ID token alone. */
export interface IdTokenOnly {
	idToken: string;
}

export interface OidcProvider<ProviderUser, User = never, Attributes = never>
	extends OAuthProvider<ProviderUser, User, Attributes> {
	/**
	 * The session for an ID token that a native app or One Tap has brought.
	 *
	 * @throws OAuthError `INVALID_ID_TOKEN`, `FAILED_REQUEST` (the issuer's keys), `INVALID_PROFILE`, `INVALID_CONFIG`;
	 * and whatever the user store throws
	 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
	 */
	validateIdToken(
		idToken: string,
		checks: IdTokenChecks,
	): Promise<SessionOf<ProviderUser, User, Attributes, IdTokenOnly>>;
}

/** What an OpenID Connect provider's package exports. */
export interface OidcProviderFunction<Config extends Partial<ProviderConfig>, ProviderUser> {
	/** With the app's own user store. */
	<User, Attributes>(
		store: UserStore<User, Attributes>,
		config: Config,
	): OidcProvider<ProviderUser, User, Attributes>;
	/** With a `lucia-auth` 1.x or a `lucia` 2.x instance, as it is. */
	<User, Attributes>(
		auth: Lucia<User, Attributes>,
		config: Config,
	): OidcProvider<ProviderUser, User, Attributes>;
	/** Without users: who signed in, and nothing about the app. */
	(config: Config): OidcProvider<ProviderUser>;
}

/** Makes an OpenID Connect provider: with a nonce, and the ID token checked, always. */
export function defineOidcProvider<
	Config extends Partial<OidcProviderConfig>,
	Claims extends IdTokenClaims & StandardClaims,
>(describe: (config: Config) => OidcDefinition<Claims>): OidcProviderFunction<Config, Claims> {
	const define = defineProvider<Config, Claims>((config) => {
		const { issuerAliases = [], algorithms = PUBLIC_KEY_ALGORITHMS, ...usual } = describe(config);
		const definition =
			config.issuer && config.issuer !== usual.issuer ? atIssuer(usual, config.issuer) : usual;
		const { issuer, manyIssuers, endpoints = DISCOVERED } = definition;
		const issuers = issuer === usual.issuer ? (usual.issuerOf ?? [issuer, ...issuerAliases]) : [issuer];

		const verify = async (
			client: Client,
			idToken: string | undefined,
			{ nonce, audience }: Partial<IdTokenChecks>,
		) => {
			const rules = { issuers, algorithms, audience, nonce };
			const claims = await verifyIdToken<Claims>(client, idToken, rules);
			const detail = definition.findWrongClaim?.(claims);
			if (detail) throw failure(client, "INVALID_ID_TOKEN", { step: "id_token", detail });
			return claims;
		};

		return {
			clientAuth: "client_secret_basic",
			pkce: "S256",
			scope: ["openid", "email", "profile"],
			toProfile,
			...definition,
			endpoints,
			idServer: manyIssuers ? issuer?.replace(/^https:\/\/|\/$/g, "") : undefined,
			nonce: true,
			required: { ...definition.required, issuer, redirectUri: config.redirectUri },
			discover: endpoints === DISCOVERED ? discover : undefined,
			prefetch: (client) =>
				Promise.all([client.endpoints.jwks && loadKeys(client), import("jose/jwt/verify")]),

			async getUser(context) {
				const { endpoints, get, tokens, expectedNonce, callbackParams } = context;
				const said = definition.readCallback?.(callbackParams);
				const claims = { ...said, ...(await verify(context, tokens.idToken, { nonce: expectedNonce })) };
				if (!endpoints.userinfo || (definition.isComplete?.(claims) ?? true)) return claims;
				const userinfo = await get(endpoints.userinfo);
				if (userinfo.sub !== claims.sub)
					throw failure(context, "INVALID_PROFILE", { step: "user", detail: "sub" });
				// An address and whether it is verified come from one place, or the one would vouch for the other.
				const { email, email_verified } = userinfo.email ? userinfo : claims;
				return { ...claims, ...userinfo, email, email_verified };
			},

			methods: ({ ready, toSession }) => ({
				async validateIdToken(idToken: string, checks: IdTokenChecks) {
					const client = await ready();
					if (!checks?.nonce) throw failure(client, "INVALID_CONFIG", { step: "id_token", detail: "nonce" });
					return toSession(client, { idToken }, () => verify(client, idToken, checks));
				},
			}),
		};
	});
	return define as unknown as OidcProviderFunction<Config, Claims>;
}

/** The same provider at another issuer, whose endpoints are its own, and whose users are other people. */
function atIssuer<Claims>(definition: OidcDefinition<Claims>, issuer: string): OidcDefinition<Claims> {
	return { ...definition, issuer, manyIssuers: true, endpoints: undefined };
}
