import type { ClientAuth } from "./client-auth.js";
import type { RequestOptions } from "./http.js";
import type { ProfileFields } from "./profile.js";
import type { Intent, ProviderConfig, ProviderIdentity, Tokens } from "./provider.js";

/** What a provider package says about its provider: data, and two functions for the person. */
export interface ProviderDefinition<ProviderUser> {
	id: string;
	name: string;
	/** What `iss` must be in an authorization response (RFC 9207) and in an ID token. */
	issuer?: string;
	/** The provider always sends `iss`, so an authorization response without it is refused. */
	authorizationResponseIss?: boolean;
	/** Where the provider is asked. A config may replace each by the name that it has here. */
	endpoints: Endpoints;
	/** Sent with every request, in place of the usual ones. */
	headers?: Record<string, string | undefined>;
	/** How the token endpoint knows the app. */
	clientAuth: ClientAuth;
	/** The client secret, where it is made anew for a while instead of being given. */
	createClientSecret?(client: Client): Promise<string>;
	/** What the provider calls the client id, where it isn't `client_id`. */
	clientIdParam?: string;
	/** Whether the provider takes PKCE. */
	pkce: "S256" | "unsupported";
	/** OpenID Connect: a nonce binds the ID token to the sign-in. */
	nonce?: boolean;
	/** Where the provider has many servers, the one at which a user's id is unique: it becomes a part of the id. */
	idServer?: string;
	/** What sign-in needs. */
	scope: string[];
	/** A space unless told. */
	scopeSeparator?: string;
	/** Parameters of the authorization request beyond the standard ones. */
	authorizationParams?: Record<string, string | undefined>;
	/** The parameter that takes a login hint, where it isn't `login_hint`. */
	loginHintParam?: string;
	/** The callback is a cross-site POST. */
	responseMode?: "form_post";
	/** Settings, by name, that the provider can't do without, beyond the client's id and secret. */
	required?: Record<string, unknown>;
	/** `false` where the provider has no refresh tokens. */
	refresh?: false;
	/** The request that revokes a token, where it isn't RFC 7009's. */
	revocationRequest?(token: string): RequestOptions;
	/** Asks the provider for what it knows best about itself. The answer replaces what is said here. */
	discover?(client: Client): Promise<Discovered>;
	/** Loads what the callback will need, while the person is at the provider. */
	prefetch?(client: Client): Promise<unknown>;
	/**
	 * Hands the authorization request in before the person is sent, and says to where. What the flow has to know takes the
	 * place of what is in the request.
	 *
	 * @see https://www.rfc-editor.org/rfc/rfc9126
	 */
	pushAuthorizationRequest?(
		client: Client,
		request: Record<string, string>,
	): Promise<{ url: string } & FlowChecks>;
	/** Redeems the code, where that takes more than the standard's request. */
	redeemCode?(client: Client, code: string, checks: Partial<FlowChecks>): Promise<Tokens>;
	/** Asks the provider for the person. */
	getUser(context: UserContext): Promise<ProviderUser>;
	/** Puts the provider's words into ours. */
	toProfile(user: ProviderUser): ProfileFields;
	/** What the provider can do beyond the contract. */
	methods?(tools: ProviderTools<ProviderUser>): object;
}

/** What a flow holds against the answer. */
export interface FlowChecks {
	state: string;
	codeVerifier?: string;
	/** Whom this sign-in asks, where the provider has many servers. */
	issuer?: string;
}

export type Discovered = Pick<
	ProviderDefinition<unknown>,
	"authorizationResponseIss" | "clientAuth" | "endpoints"
>;

export interface Endpoints {
	authorization?: string;
	token?: string;
	revocation?: string;
	[name: string]: string | undefined;
}

/** A definition with an app's settings in it: an OAuth client. */
export interface Client
	// biome-ignore lint/suspicious/noExplicitAny: core never looks into a provider's user
	extends ProviderDefinition<any>,
		Pick<ProviderConfig, "clientId" | "clientSecret" | "redirectUri" | "fetch" | "timeout"> {}

/** What is at hand to ask for the person. */
export interface UserContext extends Client {
	// biome-ignore lint/suspicious/noExplicitAny: a provider package knows which of its endpoints it has named
	endpoints: any;
	tokens: Tokens;
	/** What the ID token's nonce must be. */
	expectedNonce: string | undefined;
	/** The parameters of the authorization response. They came by way of the browser: the person can have changed them. */
	callbackParams: Record<string, string>;
	/** Asks for JSON with the person's access token. */
	// biome-ignore lint/suspicious/noExplicitAny: foreign data, typed by the provider package
	get(url: string, options?: Pick<RequestOptions, "absentOn" | "headers">): Promise<any>;
}

/** What `methods` are made with. */
export interface ProviderTools<ProviderUser> {
	/** The client, once its settings are checked and the rest is discovered. */
	ready(): Promise<Client>;
	/** The session of the person that `getUser` gives, whom the provider has vouched for. */
	toSession<TokenSet>(
		client: Client,
		tokens: TokenSet,
		getUser: () => Promise<ProviderUser>,
		intent?: Intent,
	): Promise<ProviderIdentity<ProviderUser, TokenSet>>;
}
