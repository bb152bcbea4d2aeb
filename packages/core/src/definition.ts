import type { ProfileFields } from "./profile.js";
import type {
	CallbackChecks,
	Intent,
	ProviderConfig,
	ProviderIdentity,
	TokenPolicy,
	Tokens,
} from "./provider.js";

/**
 * The definition of a provider: data, and two functions for the user, `getUser` and `toProfile`. The other functions are
 * for what is unusual.
 *
 * @typeParam Endpoint the names of the endpoints that `getUser` uses
 */
export interface ProviderDefinition<ProviderUser, Endpoint extends string = never> {
	/** Stored with each user, so it must never change: `"github"`. */
	id: string;
	/** The brand as the provider spells it: `"GitHub"`. */
	name: string;
	/** The value that `iss` must have in an authorization response (RFC 9207) and in an ID token. */
	issuer?: string;
	/** Tells whether `iss` is acceptable in an authorization response. For a provider whose issuer depends on the user. */
	isIssuer?(iss: string): boolean;
	/** Whether the provider always sends `iss`. An authorization response without it is then refused. @default false */
	authorizationResponseIss?: boolean;
	/** The provider's URLs. The app's config can replace each of them under the same name. */
	endpoints: Endpoints<Endpoint>;
	/** Headers to send with every request, each in place of the usual one of that name. */
	headers?: Record<string, string | undefined>;
	/** Client authentication at the token endpoint. */
	clientAuth: ClientAuth;
	/** Makes the client secret. For a provider whose secret the app signs itself and renews. */
	createClientSecret?(client: Client): Promise<string>;
	/** The provider's name for the client id. @default "client_id" */
	clientIdParam?: string;
	/** `"S256"` where the provider accepts PKCE, or ignores it; `"unsupported"` only where it refuses it. */
	pkce: "S256" | "unsupported";
	/** Whether to send a nonce, which binds an OpenID Connect ID token to the sign-in. @default false */
	nonce?: boolean;
	/**
	 * The server or tenant at which a user's id is unique, where there are many. It is appended to the id, without `https://`:
	 * `36@acme.example.com`.
	 */
	idServer?: string;
	/** The scopes that sign-in needs, without `emailScope`. */
	scope: string[];
	/** The scope to add when the app wants the e-mail address. */
	emailScope?: string;
	/** `true` where the e-mail address must first be granted or switched on: it is then not asked for by default. */
	emailNeedsGrant?: true;
	/** The character between scopes in the authorization request. @default " " */
	scopeSeparator?: string;
	/** Parameters of the authorization request beyond the standard ones. */
	authorizationParams?: Record<string, string | undefined>;
	/** The parameter that takes a login hint. @default "login_hint" */
	loginHintParam?: string;
	/** Set where the provider sends the authorization response as a cross-site POST. By default it is a GET. */
	responseMode?: "form_post";
	/** The error codes of an authorization response that mean that the user refused, in lower case, beside `access_denied`. */
	accessDeniedErrors?: string[];
	/** `true` where the provider uses the registered redirect URI when none is sent. */
	redirectUriOptional?: true;
	/** The settings, by name, that are required in addition to the client's id and secret and the redirect URI. */
	required?: Record<string, unknown>;
	/** The settings, by name, that are wrong, each with its problem, such as `must be a number`. See `urlProblem`. */
	invalid?: Record<string, string | false | undefined>;
	/** `false` where the provider has no refresh tokens. */
	refresh?: false;
	/** How the provider treats the tokens that it issued. By default a refresh token is for one use. */
	tokenPolicy?: TokenPolicy;
	/** `"json"` where the provider documents token requests as JSON only. @default "form" */
	tokenRequestBody?: "form" | "json";
	/**
	 * Returns the parameters of a token request: those of RFC 6749, which it is given, and the provider's own. One that is
	 * `undefined` is left out.
	 *
	 * @param callbackParams the parameters of the authorization response, which came through the browser; none for a refresh
	 * or in `validateCallback`
	 */
	toTokenRequest?(params: TokenParams, callbackParams: Record<string, string>): TokenParams;
	/** Returns the members of RFC 6749, section 5.1, to add to a token response, which can be of any shape. */
	// biome-ignore lint/suspicious/noExplicitAny: foreign data, which each provider reads as it documents it
	toTokenResponse?(response: any): unknown;
	/** The provider's error codes or descriptions that mean `invalid_grant` when tokens are refreshed. */
	invalidGrantErrors?: string[];
	/** Returns the request that revokes a token. @default the request of RFC 7009 */
	revocationRequest?(token: string): RequestOptions;
	/** Asks the provider for its metadata. The result replaces the same fields of this definition. */
	discover?(client: Client): Promise<Discovered | undefined>;
	/** Loads what the callback will need, while the user is at the provider. A failure is ignored. */
	prefetch?(client: Client): Promise<unknown>;
	/**
	 * Pushes the authorization request and returns the URL to redirect to. The `FlowChecks` that it returns replace
	 * those of the request.
	 *
	 * @see https://www.rfc-editor.org/rfc/rfc9126
	 */
	pushAuthorizationRequest?(
		client: Client,
		request: Record<string, string>,
	): Promise<{ url: string } & FlowChecks>;
	/** Redeems the code. @default the request of RFC 6749, section 4.1.3 */
	redeemCode?(client: Client, code: string, checks: Partial<FlowChecks>): Promise<Tokens>;
	/** How to ask `endpoints.user`, where it is not a plain GET. */
	userRequest?: UserRequest;
	/** The user's place in the response of `endpoints.user`, as names joined by dots: `"data.viewer"`. @default the response */
	userPath?: string;
	/**
	 * Asks the provider for the user, where that takes more than one request. It replaces `userRequest` and `userPath`.
	 *
	 * @default the response of `endpoints.user`
	 */
	getUser?(context: UserContext<Endpoint>): Promise<ProviderUser>;
	/**
	 * Says why the provider would not let the user in: `is deactivated`. The sign-in then fails with `FAILED_REQUEST`. Any
	 * part of the user can be missing, `null` or of any type.
	 */
	accountProblem?(user: ProviderUser): string | false | undefined;
	/** Maps the provider's user to a profile. Only `id` has to be right: the rest can be missing, `null` or of any type. */
	toProfile(user: ProviderUser): ProfileFields;
	/** Returns methods to add to the provider, beyond the contract. */
	methods?(tools: ProviderTools<ProviderUser>): object;
}

/** The URLs of a provider, by name. */
export type Endpoints<Endpoint extends string = never> = {
	authorization: string | undefined;
	token: string | undefined;
	/** @default that of `token` */
	refresh?: string | undefined;
	revocation?: string | undefined;
	user?: string | undefined;
	/** The base of the provider's API, which `@oauth/tokens` sends access tokens to. */
	api?: string | undefined;
} & Record<Endpoint, string>;

/** The parameters of a token request, without those of the client authentication. */
export type TokenParams = Record<string, string | undefined>;

/** Client authentication at the token endpoint. @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 */
export type ClientAuth = "client_secret_basic" | "client_secret_post" | "none";

/** The values that the callback is checked against. */
export interface FlowChecks extends CallbackChecks {
	state: string;
	/** The issuer that this sign-in was sent to, for a provider that has many. */
	issuer?: string;
}

/** The part of a definition that discovery replaces. */
export type Discovered = Pick<
	ProviderDefinition<unknown>,
	"authorizationResponseIss" | "clientAuth" | "endpoints"
>;

/** Any definition. Core never looks into a provider's user. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the user is
export interface AnyDefinition extends Omit<ProviderDefinition<any, any>, "endpoints"> {
	endpoints: Record<string, string | undefined>;
}

/** An OAuth client: a definition joined with an app's settings. */
export interface Client extends AnyDefinition, Pick<ProviderConfig, "fetch" | "timeout"> {
	clientId: string;
	clientSecret: string;
	redirectUri: string | undefined;
	/** Whether to ask for the e-mail address. */
	email: boolean;
}

/** A request to the provider, beyond its URL. */
export interface RequestOptions {
	/** @default "GET" */
	method?: "POST" | "DELETE";
	headers?: Record<string, string>;
	/** Sent as a form. A field that is `undefined` or empty is left out. */
	form?: Record<string, string | undefined>;
	/** Sent as JSON. */
	json?: Record<string, unknown>;
	/** How to authenticate the client. By default it is not authenticated. */
	clientAuth?: ClientAuth;
	/** Sent as a bearer token, for a request on the user's behalf. */
	accessToken?: string;
	/** Statuses that mean "not found": the result is then `undefined`. A rate limit is a failure all the same. */
	absentOn?: number[];
	/** Accepts any body or none, unless it is JSON with an `error`. The result is always `undefined`. */
	bodyOptional?: boolean;
	/** Returns what is wrong with a JSON response whose status is a success; `undefined` where nothing is. */
	findProblem?(response: unknown): string | undefined;
	/** Returns members to add to the JSON of the response before anything is read from it. */
	mapResponse?(response: unknown): unknown;
	/** Further values that must not appear in an error. */
	secrets?: unknown[];
	/** Called right before the request is sent. When it throws, nothing is sent. */
	beforeSend?(): void;
}

/** A request on the user's behalf. With `json` or a `form` it needs the method POST. */
export type UserRequest = Pick<
	RequestOptions,
	"absentOn" | "findProblem" | "form" | "headers" | "json" | "method"
>;

/** The argument of `getUser`. */
export interface UserContext<Endpoint extends string = never> {
	client: Client;
	endpoints: Record<Endpoint, string>;
	tokens: Tokens;
	/** Whether the e-mail address was asked for. */
	email: boolean;
	/** The nonce that the ID token must have. */
	expectedNonce: string | undefined;
	/** The parameters of the authorization response. They came through the browser, so the user may have changed them. */
	callbackParams: Record<string, string>;
	/**
	 * Sends a GET with the user's access token and returns the JSON of the response. With `method: "POST"`, also with a
	 * `form` or with `json`, it sends a POST, which is never sent twice.
	 *
	 * @throws OAuthError `FAILED_REQUEST`
	 */
	get(
		url: string,
		options?: UserRequest,
		// biome-ignore lint/suspicious/noExplicitAny: foreign data, typed by the provider package
	): Promise<any>;
	/**
	 * Awaits a request that a sign-in can do without. Where it fails, resolves to `undefined` and lists the error in the
	 * session's `failedRequests`.
	 */
	optional<Value>(request: Promise<Value>): Promise<Value | undefined>;
}

/** The provider's user, with the tokens and the errors of failed requests. */
export interface SignedIn<ProviderUser, TokenSet = Tokens>
	extends Pick<ProviderIdentity<ProviderUser, TokenSet>, "providerUser" | "tokens"> {
	failedRequests?: ProviderIdentity<ProviderUser>["failedRequests"];
}

/** The argument of `methods`. */
export interface ProviderTools<ProviderUser> {
	/** Checks the settings, discovers what is needed, and returns the client. */
	ready(): Promise<Client>;
	/** Makes the session of a user whom the provider has authenticated. */
	toSession<TokenSet>(
		client: Client,
		signedIn: SignedIn<ProviderUser, TokenSet>,
		intent?: Intent,
	): Promise<ProviderIdentity<ProviderUser, TokenSet>>;
}
