import {
	type Client,
	defineProvider,
	type Lucia,
	OAuthError,
	type OAuthProvider,
	type ProviderConfig,
	send,
	type UserStore,
} from "@oauth/core";
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

export interface BlueskyConfig extends Omit<ProviderConfig, "clientSecret"> {
	/** The https address at which the app answers with `clientMetadata()`. In development, `http://localhost`. */
	clientId: string;
	redirectUri: string;
	/**
	 * ES256 keys, as PEM. The first signs. Those after it are earlier ones, for as long as their sessions shall live.
	 * None in development.
	 */
	privateKeys?: string[];
	/** What the app says of itself to the person who is asked to agree. */
	description?: ClientDescription;
	/** Used to look up the TXT records of handles, in place of the system's resolver. */
	resolveTxt?(hostname: string): Promise<string[]>;
}

/** `app.bsky.actor.getProfile`, joined with `com.atproto.server.getSession` where the app may read the address. */
export interface BlueskyUser {
	/** The account, whatever its handle and its server become. */
	did: string;
	/** `handle.invalid` where it doesn't lead back to the account. Absent, like all that follows, for who has no profile. */
	handle?: string;
	displayName?: string;
	description?: string;
	avatar?: string;
	createdAt?: string;
	email?: string;
	/** The word of the person's own server, which anybody can run. */
	emailConfirmed?: boolean;
}

/** Asks the person's server on their behalf. It is what `new Agent(session)` of `@atproto/api` takes. */
export interface BlueskySession {
	readonly did: `did:${"plc" | "web"}:${string}`;
	/** As `fetch`, with a path of the person's server. */
	fetchHandler(path: string, init?: RequestInit): Promise<Response>;
}

export interface BlueskyProvider<User = never, Attributes = never>
	extends OAuthProvider<BlueskyUser, User, Attributes> {
	/**
	 * The client metadata document, to be answered as JSON at the address that is the client id.
	 *
	 * @throws OAuthError `INVALID_CONFIG`
	 * @see https://atproto.com/specs/oauth#client-id-metadata-document
	 */
	clientMetadata(): Promise<ClientMetadata>;
	/**
	 * Opens what asks the person's server on their behalf, until the access token expires: then refresh the tokens, keep
	 * them, and open another.
	 *
	 * @param refreshToken `tokens.refreshToken`, which holds the access token and its key too
	 * @throws OAuthError `FAILED_REQUEST`, `INVALID_CONFIG`
	 */
	openSession(refreshToken: string): Promise<BlueskySession>;
}

export interface BlueskyFunction {
	/** With the app's own user store. */
	<User, Attributes>(
		store: UserStore<User, Attributes>,
		config: BlueskyConfig,
	): BlueskyProvider<User, Attributes>;
	/** With a `lucia-auth` 1.x or a `lucia` 2.x instance, as it is. */
	<User, Attributes>(auth: Lucia<User, Attributes>, config: BlueskyConfig): BlueskyProvider<User, Attributes>;
	/** Without users: who signed in, and nothing about the app. */
	(config: BlueskyConfig): BlueskyProvider;
}

/**
 * Sign in with Bluesky, or with any other server of the AT Protocol.
 *
 * @see https://atproto.com/specs/oauth
 */
export const bluesky = defineProvider<BlueskyConfig, BlueskyUser>((config) => {
	const { clientId, redirectUri, privateKeys } = config;
	const isDevelopment = clientId === DEVELOPMENT_CLIENT;
	const settings = async (client: Client) => ({ ...config, keys: await readKeys(client, privateKeys) });
	return {
		id: "bluesky",
		name: "Bluesky",
		authorizationResponseIss: true,
		endpoints: {
			entryway: "https://bsky.social",
			plcDirectory: "https://plc.directory",
			user: "https://public.api.bsky.app/xrpc/app.bsky.actor.getProfile",
		},
		clientAuth: "none",
		pkce: "S256",
		scope: ["atproto"],
		required: {
			redirectUri,
			clientId: isDevelopment || clientId?.startsWith("https://"),
			privateKeys: isDevelopment ? !privateKeys : privateKeys?.length,
		},

		pushAuthorizationRequest: async (client, request) =>
			pushAuthorizationRequest(client, await settings(client), request),

		redeemCode: async (client, code, checks) => redeemCode(client, await settings(client), code, checks),

		// The profile is public, so its server never sees a token.
		async getUser(context) {
			const { endpoints, tokens } = context;
			const { sub: did } = tokens.raw as { sub: string };
			const app = await settings(context);
			const [profile, email] = await Promise.all([
				send(context, "user", `${endpoints.user}?actor=${encodeURIComponent(did)}`, { absentOn: [400, 404] }),
				getEmail(context, app, tokens),
			]);
			return { ...profile, did, ...email };
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

		methods: ({ ready }) => {
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
}) as unknown as BlueskyFunction;

/** The protocol has no authorization request without a server that is asked first. */
function unsupported(): never {
	throw new OAuthError("NOT_SUPPORTED", { provider: "bluesky", step: "authorization" });
}

export default bluesky;
