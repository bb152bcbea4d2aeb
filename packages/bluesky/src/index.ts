import {
	type Auth,
	type Client,
	defineProvider,
	type EmailConfig,
	OAuthError,
	type OAuthProvider,
	type ProviderConfig,
	type ProviderDefinition,
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
	 * ES256 keys, as PEM. The first signs. Those after it are earlier ones, for as long as their sessions shall live.
	 * None in development.
	 */
	privateKeys?: (string | undefined)[] | undefined;
	/** The app's description for the user who is asked to agree. */
	description?: ClientDescription | undefined;
	/** Looks up the TXT records of handles, in place of the system's resolver. */
	resolveTxt?: ((hostname: string) => Promise<string[]>) | undefined;
}

/** `app.bsky.actor.getProfile`, joined with `com.atproto.server.getSession` where the app may read the address. */
export interface BlueskyUser {
	/** The account, whatever its handle and its server become. */
	did: string;
	/** `handle.invalid` where it doesn't lead back to the account. Absent, like all that follows, without a profile. */
	handle?: string;
	displayName?: string;
	description?: string;
	avatar?: string;
	createdAt?: string;
	email?: string;
	/** The word of the user's own server, which anybody can run. */
	emailConfirmed?: boolean;
}

/** A session at the user's server, to ask it on their behalf. It is what `new Agent(session)` of `@atproto/api` takes. */
export interface BlueskySession {
	readonly did: `did:${"plc" | "web"}:${string}`;
	/** As `fetch`, with a path of the user's server. */
	fetchHandler(path: string, init?: RequestInit): Promise<Response>;
}

export interface BlueskyProvider<User = never, Attributes = never>
	extends OAuthProvider<BlueskyUser, User, Attributes> {
	/**
	 * Returns the client metadata document, to be sent as JSON at the URL that is the client id.
	 *
	 * @throws OAuthError `INVALID_CONFIG`
	 * @see https://atproto.com/specs/oauth#client-id-metadata-document
	 */
	clientMetadata(): Promise<ClientMetadata>;
	/**
	 * Opens a session at the user's server, until the access token expires: then refresh the tokens, keep them, and open
	 * another.
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
			// Any server may refuse it, and with it the sign-in.
			emailNeedsGrant: true,
			invalid: { clientId: clientIdProblem(config), privateKeys: privateKeysProblem(config) },

			pushAuthorizationRequest: async (client, request) =>
				pushAuthorizationRequest(client, await settings(client), request),

			redeemCode: async (client, code, checks) => redeemCode(client, await settings(client), code, checks),

			async getUser({ client, endpoints, optional, tokens }) {
				const { sub: did } = tokens.raw as { sub: string };
				const app = await settings(client);
				const [profile, email] = await Promise.all([
					// It is public, so its server never sees a token.
					optional(
						send(client, "user", `${endpoints.user}?actor=${encodeURIComponent(did)}`, {
							absentOn: [400, 404],
						}),
					),
					optional(getEmail(client, app, tokens)),
				]);
				return { ...Object(profile), did, ...email };
			},

			// Anybody's server can say that an address is confirmed, so nothing here vouches for it.
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
					refreshTokens: async (token: string) => refreshTokens(...(await opened()), token),
					revokeToken: async (token: string) => revokeToken(...(await opened()), token),
					openSession: async (token: string) => openSession(...(await opened()), token),
					async clientMetadata() {
						const [client, app] = await opened();
						// Refuses what no server would take.
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
		return privateKeys ? `has to be left out with the clientId ${DEVELOPMENT_CLIENT}` : undefined;
	if (privateKeys !== undefined && !Array.isArray(privateKeys)) return "must be a list of keys";
	return privateKeys?.length && privateKeys.every(Boolean)
		? undefined
		: "is missing, or one of its keys: is its environment variable set?";
}

/** The protocol has no authorization request without a server that is asked first. */
function unsupported(): never {
	throw new OAuthError(
		"NOT_SUPPORTED",
		{ provider: "bluesky", step: "authorization" },
		"the protocol asks a server before there is a URL",
		"Developer: use startSignIn and handleCallback",
	);
}

export default bluesky;
