import {
	type Auth,
	type Client,
	defineProvider,
	type EmailConfig,
	OAuthError,
	type OAuthProvider,
	type ProviderConfig,
	type ProviderDefinition,
	type RefreshOptions,
	send,
} from "@oauth/core/provider";
import { readKeys } from "./app-key.js";
import { openAtprotoClient } from "./atproto-client.js";
import { pushAuthorizationRequest, redeemCode } from "./authorization.js";
import {
	type ClientDescription,
	type ClientMetadata,
	DEVELOPMENT_CLIENT,
	describeClient,
} from "./client-metadata.js";
import { getEmail, openSession, refreshTokens, revokeToken } from "./session.js";

export type { ClientDescription, ClientMetadata } from "./client-metadata.js";

export interface BlueskyConfig extends Omit<ProviderConfig, "clientSecret">, EmailConfig {
	/** The https URL at which the app responds with `clientMetadata()`. In development, `http://localhost`. */
	clientId: string | undefined;
	/**
	 * The texts of ES256 keys in PKCS#8, in which `\n` can stand for a line end. The first key signs. Sessions of the other
	 * keys stay valid. Required, but left out in development.
	 */
	privateKeys?: (string | undefined)[] | undefined;
	/**
	 * The app's description for its users: `client_name`, `client_uri`, `logo_uri`, `tos_uri` and `policy_uri`. Many servers
	 * show the name and the logo only of apps that they trust. `client_uri` has to be above the `clientId`, such as
	 * `https://example.com`.
	 */
	description?: ClientDescription | undefined;
	/** Looks up the DNS TXT records of a name, in place of the system's resolver. */
	resolveTxt?: ((hostname: string) => Promise<string[]>) | undefined;
}

/** `app.bsky.actor.getProfile`, joined with `com.atproto.server.getSession` if the app may read the e-mail address */
export interface BlueskyUser {
	/** The DID of the account, which never changes. */
	did: string;
	/** `handle.invalid` if it does not lead back to the account. Absent, with the four fields below, without a profile. */
	handle?: string;
	displayName?: string;
	description?: string;
	avatar?: string;
	createdAt?: string;
	email?: string;
	/** The claim of the user's own server, which anybody can run. */
	emailConfirmed?: boolean;
}

/** A session at the user's server, for requests on their behalf. `new Agent(session)` of `@atproto/api` takes it. */
export interface BlueskySession {
	readonly did: `did:${"plc" | "web"}:${string}`;
	/** Works like `fetch`, with a path of the user's server. */
	fetchHandler(path: string, init?: RequestInit): Promise<Response>;
}

export interface BlueskyProvider<User = never, Attributes = never>
	extends OAuthProvider<BlueskyUser, User, Attributes> {
	/**
	 * Returns the client metadata document. Respond with it as JSON at the URL that is the client id.
	 *
	 * @throws OAuthError `INVALID_CONFIG`
	 * @see https://atproto.com/specs/oauth#client-id-metadata-document
	 */
	clientMetadata(): Promise<ClientMetadata>;
	/**
	 * Opens a session at the user's server. When the access token expires, refresh the tokens, store them, and open another
	 * session.
	 *
	 * @param refreshToken `tokens.refreshToken`, which holds the access token and its key too
	 * @throws OAuthError `FAILED_REQUEST`, `INVALID_CONFIG`; `INVALID_GRANT` when the user has to sign in again
	 */
	openSession(refreshToken: string): Promise<BlueskySession>;
}

// Without docstrings on the calls: an editor shows the provider's own.
/** The function {@link bluesky}: call it with users (Lucia or a `UserStore`) or without. */
export interface BlueskyFunction {
	<User, Attributes>(auth: Auth<User, Attributes>, config: BlueskyConfig): BlueskyProvider<User, Attributes>;
	(config: BlueskyConfig): BlueskyProvider;
}

/**
 * Sign in with Bluesky, or with any other server of the AT Protocol.
 *
 * @see https://atproto.com/specs/oauth
 */
export const bluesky = defineProvider(
	(config: BlueskyConfig): ProviderDefinition<BlueskyUser, "entryway" | "plcDirectory" | "user"> => {
		const settings = async (client: Client) => ({
			...config,
			keys: await readKeys(client, config.privateKeys),
		});
		return {
			id: "bluesky",
			name: "Bluesky",
			authorizationResponseIss: true,
			endpoints: {
				// Each server has its own.
				authorization: undefined,
				token: undefined,
				entryway: "https://bsky.social",
				plcDirectory: "https://plc.directory",
				user: "https://public.api.bsky.app/xrpc/app.bsky.actor.getProfile",
			},
			clientAuth: "none",
			pkce: "S256",
			scope: ["atproto"],
			emailScope: "transition:email",
			// Any server may refuse the scope, and with it the sign-in.
			emailNeedsGrant: true,
			invalid: { clientId: clientIdProblem(config), privateKeys: privateKeysProblem(config) },

			pushAuthorizationRequest: async (client, request) =>
				pushAuthorizationRequest(client, await settings(client), request),

			redeemCode: async (client, code, checks) => redeemCode(client, await settings(client), code, checks),

			async getUser({ client, endpoints, optional, tokens }) {
				const { sub: did } = tokens.raw as { sub: string };
				const app = await settings(client);
				const [profile, email] = await Promise.all([
					// The profile is public, so no token is sent.
					optional(
						send(client, "user", `${endpoints.user}?actor=${encodeURIComponent(did)}`, {
							absentOn: [400, 404],
						}),
					),
					optional(getEmail(client, app, tokens)),
				]);
				return { ...Object(profile), did, ...email };
			},

			// Anybody can run a server that says that an address is confirmed, so `emailVerified` stays absent.
			toProfile: ({ did, handle, displayName, avatar, email }) => ({
				id: did,
				username: handle === "handle.invalid" ? null : handle,
				name: displayName,
				email,
				picture: avatar,
				url: `https://bsky.app/profile/${did}`,
			}),

			methods({ ready }) {
				const opened = async () => {
					const client = await ready();
					return [client, await settings(client)] as const;
				};
				return {
					getAuthorizationUrl: () => unsupported(),
					validateCallback: async () => unsupported(),
					refreshTokens: async (token: string, options?: RefreshOptions) =>
						refreshTokens(...(await opened()), token, options),
					revokeToken: async (token: string) => revokeToken(...(await opened()), token),
					openSession: async (token: string) => openSession(...(await opened()), token),
					async clientMetadata() {
						const [client, app] = await opened();
						// Refuses a document that no server would accept.
						await openAtprotoClient(client, app);
						return describeClient(client, app.keys, app.description);
					},
				};
			},
		};
	},
) as BlueskyFunction;

function clientIdProblem({ clientId }: BlueskyConfig): string | undefined {
	return clientId === DEVELOPMENT_CLIENT || clientId?.startsWith("https://")
		? undefined
		: `must be the https URL of the client metadata document, or ${DEVELOPMENT_CLIENT} in development`;
}

function privateKeysProblem({ clientId, privateKeys }: BlueskyConfig): string | undefined {
	if (clientId === DEVELOPMENT_CLIENT)
		return privateKeys ? `must be left out with the clientId ${DEVELOPMENT_CLIENT}` : undefined;
	if (privateKeys !== undefined && !Array.isArray(privateKeys)) return "must be a list of keys";
	return privateKeys?.length && privateKeys.every(Boolean)
		? undefined
		: "is missing, or one of its keys is missing: is its environment variable set?";
}

/** Throws, because the protocol first needs a request to the server. */
function unsupported(): never {
	throw new OAuthError(
		"NOT_SUPPORTED",
		{ provider: "bluesky", step: "authorization" },
		"the protocol needs a request to the server before there is a URL",
		"Developer: use startSignIn and handleCallback",
	);
}

export default bluesky;
