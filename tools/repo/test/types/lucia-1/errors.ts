// Mistakes that must not compile, each below what the type checker has to say about it.
import { OAuthError, type ProviderSession } from "@oauth/core";
import { defineProvider, type ProviderConfig, type ProviderDefinition } from "@oauth/core/provider";
import { discord } from "@oauth/discord";
import { github } from "@oauth/github";
import { google } from "@oauth/google";
import { notion } from "@oauth/notion";
import { oidc } from "@oauth/oidc";
import { createDatabase, createLucia1 } from "@oauth/test-kit/lucia-1";

const auth = createLucia1(createDatabase());
const config = { clientId: "", clientSecret: "", redirectUri: "" };
const request = new Request("http://localhost");
const store = {
	getUser: async () => null as { id: number } | null,
	createUser: async () => ({ id: 1 }),
	linkAccount: async () => {},
};

// A store is one in full.
// Property 'linkAccount' is missing in type
github({ getUser: store.getUser, createUser: store.createUser }, config);
// Property 'getUser' is missing in type
github({ createUser: store.createUser, linkAccount: store.linkAccount }, config);
// Argument of type 'undefined' is not assignable to parameter of type
github(undefined, config);

// The members of a session are known by name.
export async function session() {
	const withUsers = await github(auth, config).handleCallback(request);
	// Property 'existinguser' does not exist on type {any} Did you mean 'existingUser'?
	withUsers.existinguser;
	// Property 'providerUserID' does not exist on type {any} Did you mean 'providerUserId'?
	withUsers.providerUserID;
	// Property 'retiredCookies' does not exist on type
	withUsers.retiredCookies;
	// 'name' does not exist in type 'UserAttributes'
	withUsers.createUser({ name: "ada" });
	// Type 'number' is not assignable to type 'string'
	withUsers.createUser({ username: 7 });
	// 'admin' does not exist in type 'UserAttributes'
	withUsers.createUser({ username: "ada", admin: true });
	// Type 'Cookie' is not assignable to type 'string'
	const header: string = withUsers.cookie;
	// Property 'cookie' does not exist on type
	(await github(auth, config).validateCallback("")).cookie;

	const withoutUsers = await github(config).handleCallback(request);
	// Property 'existingUser' does not exist on type
	withoutUsers.existingUser;
	// Property 'createUser' does not exist on type
	withoutUsers.createUser;
	// Property 'linkAccount' does not exist on type
	withoutUsers.linkAccount;
	return header;
}

// The request comes first, and a link belongs to a session.
export async function flow() {
	const provider = github(config);
	// Expected 1-2 arguments, but got 0
	provider.startSignIn();
	// 'redirectTo' does not exist in type 'RequestLike'
	provider.startSignIn({ redirectTo: "/" });
	// Property 'sessionId' is missing in type '{ intent: "link"; }'
	provider.startSignIn(request, { intent: "link" });
	// Type 'undefined' is not assignable to type 'string'
	provider.startSignIn(request, { intent: "link", sessionId: undefined });
	// Property 'intent' is missing in type '{ sessionId: string; }'
	provider.startSignIn(request, { sessionId: "" });
	// 'state' does not exist in type
	provider.startSignIn(request, { state: "fixed" });
	// Expected 1-2 arguments, but got 0
	provider.handleCallback();
	// Property 'nonce' is missing in type '{}'
	google(config).validateIdToken("", {});
}

// A setting is known by name, and each provider has its own.
// Did you mean to write 'clientId'?
github({ clientID: "", clientSecret: "", redirectUri: "" });
// Did you mean to write 'redirectUri'?
github({ ...config, redirectURI: "" });
// Did you mean to write 'scope'?
github(auth, { ...config, scopes: ["repo"] });
// Type 'string' is not assignable to type 'string[]'
github(auth, { ...config, scope: "repo" });
// Did you mean to write 'hostedDomain'?
google(auth, { ...config, hostedDomains: "example.com" });
// Property 'clientSecret' is missing in type '{ clientId: string; redirectUri: string; }'
github({ clientId: "", redirectUri: "" });
// Property 'redirectUri' is missing in type
google({ clientId: "", clientSecret: "" });
// Property 'issuer' is missing in type
oidc(config);
// 'baseUrl' does not exist in type 'GoogleConfig'
google({ ...config, baseUrl: "" });
// 'email' does not exist in type
notion({ ...config, email: true });
// Type 'string' is not assignable to type 'boolean | undefined'
discord({ ...config, email: "no" });
// 'pkce' does not exist in type 'GitHubConfig'
github({ ...config, pkce: "unsupported" });
// 'algorithms' does not exist in type
oidc({ ...config, issuer: "", algorithms: ["none"] });

// A provider's own words are known, each one.
interface User {
	id: number;
	name: string | null;
}
const definition = {
	id: "acme",
	name: "Acme",
	endpoints: { authorization: "", token: "", user: "" },
	clientAuth: "none",
	pkce: "S256",
	scope: [],
	toProfile: ({ id }: User) => ({ id }),
} satisfies ProviderDefinition<User, "user">;

export const providers = [
	// 'idServr' does not exist in type 'ProviderDefinition<User, never>
	defineProvider<ProviderConfig, User>({ ...definition, idServr: "acme.example" }),
	defineProvider(
		// Did you mean to write 'authorizationResponseIss'?
		(_: ProviderConfig): ProviderDefinition<User> => ({ ...definition, authorizationResponseIs: true }),
	),
	// Type '"basic"' is not assignable to type 'ClientAuth'
	defineProvider<ProviderConfig, User>({ ...definition, clientAuth: "basic" }),
	defineProvider<ProviderConfig, User, "user">({
		...definition,
		// Property 'usr' does not exist on type 'Record<"user", string>'. Did you mean 'user'?
		getUser: ({ get, endpoints }) => get(endpoints.usr),
	}),
	defineProvider<ProviderConfig, User, "user" | "emails">({
		...definition,
		// Property 'emails' is missing in type
		endpoints: { authorization: "", token: "", user: "" },
	}),
	// Property 'mail' does not exist on type 'User'
	defineProvider<ProviderConfig, User>({ ...definition, toProfile: ({ id, mail }) => ({ id, email: mail }) }),
	// Property 'pkce' is missing in type
	defineProvider<ProviderConfig, User>({
		id: "",
		name: "",
		endpoints: definition.endpoints,
		clientAuth: "none",
		scope: [],
		toProfile: ({ id }) => ({ id }),
	}),
];

// The codes are a closed list.
export function explain(error: unknown): string | undefined {
	if (!OAuthError.is(error)) return undefined;
	// have no overlap
	if (error.code === "FLOW_MISSNG") return "again";
	// Property 'detail' does not exist on type 'OAuthError'
	return error.detail;
}

// The published session is open, as the original contract has it: the one that is returned fits in it, and not the other way round.
export async function published(other: ProviderSession<User, { userId: string }, object>) {
	const session = await github(config).handleCallback(request);
	// Type 'Cookie | undefined' is not assignable to type 'Cookie'
	const typed: Pick<typeof session, "cookie"> = other;
	return typed;
}
