import type { ProfileFields } from "./profile.js";
import type { CallbackChecks, Intent, ProviderConfig, ProviderIdentity, Tokens } from "./provider.js";

/**
 * What a provider package says about its provider: data, and two functions for the user.
 *
 * @typeParam Endpoint the names of the endpoints that `getUser` uses
 */
export interface ProviderDefinition<ProviderUser, Endpoint extends string = never> {
	id: string;
	name: string;
	/** What `iss` must be in an authorization response (RFC 9207) and in an ID token. */
	issuer?: string;
	/** Whether an authorization response may have this `iss`, where the issuer depends on the user. */
	isIssuer?(iss: string): boolean;
	/** The provider always sends `iss`, so an authorization response without it is refused. */
	authorizationResponseIss?: boolean;
	/** The provider's URLs. A config may replace each by the name that it has here. */
	endpoints: Endpoints<Endpoint>;
	/** Sent with every request, in place of the usual ones. */
	headers?: Record<string, string | undefined>;
	/** Client authentication at the token endpoint. */
	clientAuth: ClientAuth;
	/** Makes the client secret, where it is signed anew for a while instead of being given. */
	createClientSecret?(client: Client): Promise<string>;
	/** The provider's name for the client id. @default "client_id" */
	clientIdParam?: string;
	/** Whether the provider takes PKCE. */
	pkce: "S256" | "unsupported";
	/** OpenID Connect: a nonce binds the ID token to the sign-in. */
	nonce?: boolean;
	/** Where the provider has many servers, the one at which a user's id is unique: it becomes a part of the id. */
	idServer?: string;
	/** The scopes that sign-in needs, but for the one of the e-mail address. */
	scope: string[];
	/** The scope of the e-mail address. */
	emailScope?: string;
	/** A new app may not ask for the address before it is granted or switched on, so it is not asked for by default. */
	emailNeedsGrant?: true;
	/** @default " " */
	scopeSeparator?: string;
	/** Parameters of the authorization request beyond the standard ones. */
	authorizationParams?: Record<string, string | undefined>;
	/** The parameter that takes a login hint. @default "login_hint" */
	loginHintParam?: string;
	/** The callback is a cross-site POST. */
	responseMode?: "form_post";
	/** The provider can do without a redirect URI: it takes the one that is registered. */
	redirectUriOptional?: true;
	/** The settings, by name, that the provider needs beyond the client's id and secret and the redirect URI. */
	required?: Record<string, unknown>;
	/** The settings, by name, that are wrong, each with what it must be. See `urlProblem`. */
	invalid?: Record<string, string | false | undefined>;
	/** `false` where the provider has no refresh tokens. */
	refresh?: false;
	/** The provider's errors, code or words, that mean `invalid_grant` when tokens are refreshed. */
	invalidGrantErrors?: string[];
	/** The request that revokes a token, where it isn't RFC 7009's. */
	revocationRequest?(token: string): RequestOptions;
	/** Asks the provider for what it knows best about itself. The result replaces what is said here. */
	discover?(client: Client): Promise<Discovered | undefined>;
	/** Loads what the callback will need, while the user is at the provider. */
	prefetch?(client: Client): Promise<unknown>;
	/**
	 * Pushes the authorization request and returns the URL to redirect to. What the flow has to know replaces what is in
	 * the request.
	 *
	 * @see https://www.rfc-editor.org/rfc/rfc9126
	 */
	pushAuthorizationRequest?(
		client: Client,
		request: Record<string, string>,
	): Promise<{ url: string } & FlowChecks>;
	/** Redeems the code, where that takes more than the standard's request. */
	redeemCode?(client: Client, code: string, checks: Partial<FlowChecks>): Promise<Tokens>;
	/** Asks the provider for the user. @default what `endpoints.user` responds */
	getUser?(context: UserContext<Endpoint>): Promise<ProviderUser>;
	/** Maps the provider's user to a profile. Optional data can be missing, `null` or of another type: only `id` counts. */
	toProfile(user: ProviderUser): ProfileFields;
	/** What the provider can do beyond the contract. */
	methods?(tools: ProviderTools<ProviderUser>): object;
}

/** The URLs of a provider, by name. */
export type Endpoints<Endpoint extends string = never> = {
	authorization: string | undefined;
	token: string | undefined;
	revocation?: string | undefined;
	user?: string | undefined;
} & Record<Endpoint, string>;

/** Client authentication at the token endpoint. @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 */
export type ClientAuth = "client_secret_basic" | "client_secret_post" | "none";

/** What the callback is checked against. */
export interface FlowChecks extends CallbackChecks {
	state: string;
	/** The issuer that this sign-in asks, where the provider has many servers. */
	issuer?: string;
}

/** What an issuer says about itself. */
export type Discovered = Pick<
	ProviderDefinition<unknown>,
	"authorizationResponseIss" | "clientAuth" | "endpoints"
>;

/** Any definition, as core reads it: it never looks into a provider's user. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the user is
export interface AnyDefinition extends Omit<ProviderDefinition<any, any>, "endpoints"> {
	endpoints: Record<string, string | undefined>;
}

/** An OAuth client: a definition with an app's settings in it. */
export interface Client extends AnyDefinition, Pick<ProviderConfig, "fetch" | "timeout"> {
	clientId: string;
	clientSecret: string;
	redirectUri: string | undefined;
	/** Whether the e-mail address is asked for. */
	email: boolean;
}

/** A request to the provider, beyond its URL. */
export interface RequestOptions {
	/** @default "GET" */
	method?: "POST" | "DELETE";
	headers?: Record<string, string>;
	/** Sent as a form; what is `undefined` is left out. */
	form?: Record<string, string | undefined>;
	/** Sent as JSON. */
	json?: Record<string, unknown>;
	/** Shows that the request is the app's. */
	clientAuth?: ClientAuth;
	/** Shows that the request is on the user's behalf. */
	accessToken?: string;
	/** Statuses that mean "not found"; the result is then `undefined`. A rate limit never does. */
	absentOn?: number[];
	/** The response may be anything or nothing, as long as it is no JSON with an `error`. */
	bodyOptional?: boolean;
	/** Names what is wrong with a JSON response whose status is a success. */
	findProblem?(response: unknown): string | undefined;
}

/** What `getUser` is called with. */
export interface UserContext<Endpoint extends string = never> {
	client: Client;
	endpoints: Record<Endpoint, string>;
	tokens: Tokens;
	/** Whether the e-mail address was asked for. */
	email: boolean;
	/** What the ID token's nonce must be. */
	expectedNonce: string | undefined;
	/** The parameters of the authorization response. They came by way of the browser: the user can have changed them. */
	callbackParams: Record<string, string>;
	/**
	 * Asks for JSON with the user's access token.
	 *
	 * @throws OAuthError `FAILED_REQUEST`
	 */
	// biome-ignore lint/suspicious/noExplicitAny: foreign data, typed by the provider package
	get(url: string, options?: Pick<RequestOptions, "absentOn" | "findProblem" | "headers">): Promise<any>;
	/** Resolves to `undefined` when a request fails that a sign-in can do without: the session says that it failed. */
	optional<Value>(request: Promise<Value>): Promise<Value | undefined>;
}

/** The provider's user, and what came with it. */
export interface SignedIn<ProviderUser, TokenSet = Tokens>
	extends Pick<ProviderIdentity<ProviderUser, TokenSet>, "providerUser" | "tokens"> {
	failedRequests?: ProviderIdentity<ProviderUser>["failedRequests"];
}

/** What `methods` are made with. */
export interface ProviderTools<ProviderUser> {
	/** Returns the client, once its settings are checked and the rest is discovered. */
	ready(): Promise<Client>;
	/** Makes the session of a user whom the provider has vouched for. */
	toSession<TokenSet>(
		client: Client,
		signedIn: SignedIn<ProviderUser, TokenSet>,
		intent?: Intent,
	): Promise<ProviderIdentity<ProviderUser, TokenSet>>;
}
