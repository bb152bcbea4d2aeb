import type { NodeSavedSession, OAuthSession } from "@atproto/oauth-client-node";
import {
	type Client,
	createCache,
	failure,
	OAuthError,
	type RefreshOptions,
	type SharedCall,
	type Step,
	share,
	type Tokens,
} from "@oauth/core/provider";
import { openAtprotoClient, type Settings } from "./atproto-client.js";
import { toFailure } from "./failure.js";
import { seal, unseal } from "./seal.js";

/** The purpose that refresh tokens are sealed for. */
const PURPOSE = "session";

/** A refresh that was sent waits this long: a refresh token that is sent twice looks stolen, and ends the session. */
const REFRESH_MS = 60_000;

/** Maps a session to tokens. A refresh token needs the key that it is bound to, so both are sealed in one text. */
export async function toTokens({ keys }: Settings, session: NodeSavedSession): Promise<Tokens> {
	const { access_token, expires_at, scope } = session.tokenSet;
	return {
		accessToken: access_token,
		tokenType: "DPoP",
		...(expires_at && { expiresAt: new Date(expires_at) }),
		refreshToken: await seal(keys[0], PURPOSE, session),
		scope: scope.split(" "),
		raw: { ...session.tokenSet },
	};
}

const refreshes = createCache<SharedCall<NodeSavedSession>>();

/** Refreshes the tokens. Concurrent calls for the same refresh token share one request in this process. */
export async function refreshTokens(
	client: Client,
	settings: Settings,
	refreshToken: string,
	{ timeout: wait = client.timeout, beforeSend }: RefreshOptions = {},
): Promise<Tokens> {
	const session = await readSession(client, settings, "refresh", refreshToken);
	const { iss, refresh_token } = session.tokenSet;
	if (!refresh_token)
		throw failure(client, "INVALID_GRANT", { step: "refresh", reason: "the server gave no refresh token" });
	const { clientId, endpoints, timeout = 0 } = client;
	const key = JSON.stringify([clientId, endpoints.plcDirectory, iss, refresh_token]);
	const postTimeout = Math.max(timeout, REFRESH_MS);
	// Two requests look the server up, two refresh (the second with the nonce), and one looks the server up again.
	const lifetime = 5 * postTimeout;
	try {
		const refreshed = await share(refreshes(client), key, lifetime, wait, async () => {
			beforeSend?.();
			return refresh(client, settings, session, postTimeout);
		});
		return await toTokens(settings, refreshed);
	} catch (cause) {
		if (OAuthError.is(cause)) throw cause;
		throw failure(client, "FAILED_REQUEST", { step: "refresh", cause, advice: "Try again later" });
	}
}

async function refresh(
	client: Client,
	settings: Settings,
	session: NodeSavedSession,
	postTimeout: number,
): Promise<NodeSavedSession> {
	const { atproto, kept } = await openAtprotoClient(client, settings, { session }, postTimeout);
	try {
		await atproto.restore(session.tokenSet.sub, true);
	} catch (error) {
		// The old tokens are used up once there are new ones, so a later failure must not lose these.
		if (!kept.session || kept.session === session) throw toFailure(client, "refresh", error, kept.secrets);
	}
	return kept.session as NodeSavedSession;
}

/** Ends the session at the user's server. */
export async function revokeToken(client: Client, settings: Settings, refreshToken: string): Promise<void> {
	const session = await readSession(client, settings, "revocation", refreshToken);
	const { atproto, kept } = await openAtprotoClient(client, settings, { session });
	const { sub, access_token, refresh_token = access_token } = session.tokenSet;
	try {
		const { server } = await atproto.restore(sub, false);
		if (!server.serverMetadata.revocation_endpoint)
			throw failure(client, "NOT_SUPPORTED", { step: "revocation", reason: "the server has no revocation" });
		// Not `signOut()`, which ignores failures.
		await server.request("revocation", { token: refresh_token }).catch((error) => {
			// A success may come without JSON. A token that is no longer valid needs no revocation.
			if (!error.response?.ok && error.error !== "invalid_token") throw error;
		});
	} catch (error) {
		throw toFailure(client, "revocation", error, kept.secrets);
	}
}

/** Opens a session for requests on the user's behalf. It never refreshes the access token. */
export async function openSession(
	client: Client,
	settings: Settings,
	refreshToken: string,
): Promise<OAuthSession> {
	const session = await readSession(client, settings, "user", refreshToken);
	const { refresh_token, expires_at, ...tokenSet } = session.tokenSet;
	const { atproto, kept } = await openAtprotoClient(client, settings, { session: { ...session, tokenSet } });
	try {
		return await atproto.restore(tokenSet.sub, false);
	} catch (error) {
		throw toFailure(client, "user", error, kept.secrets);
	}
}

/** Returns the e-mail address and whether it is confirmed, if the user has let the app read them. */
export async function getEmail(
	client: Client,
	settings: Settings,
	{ scope, accessToken, refreshToken = "" }: Tokens,
): Promise<{ email?: string; emailConfirmed?: boolean }> {
	if (!scope?.some((name) => /^(account|transition):email\b/.test(name))) return {};
	const session = await openSession(client, settings, refreshToken);
	const response = await session.fetchHandler("/xrpc/com.atproto.server.getSession").catch((error) => {
		throw toFailure(client, "user", error, new Set([accessToken]));
	});
	const account = await response.json().catch(() => undefined);
	const { did, email, emailConfirmed } = Object(account);
	if (did !== session.did)
		throw failure(client, "FAILED_REQUEST", {
			step: "user",
			status: response.status,
			reason: "com.atproto.server.getSession did not respond with this account",
			response: account,
			secrets: [accessToken],
		});
	return typeof email === "string" ? { email, emailConfirmed: emailConfirmed === true } : {};
}

/**
 * Reads the session from its refresh token.
 *
 * @throws OAuthError for text that is not a refresh token of this app, or that needs a key that the app no longer has
 */
async function readSession(
	client: Client,
	{ keys }: Settings,
	step: Step,
	refreshToken: string,
): Promise<NodeSavedSession> {
	const session = await unseal<NodeSavedSession>(keys, PURPOSE, refreshToken).catch(() => undefined);
	const { kid } = Object(session?.authMethod);
	if (session && (!kid || keys.some((key) => key.kid === kid))) return session;
	throw failure(client, step === "revocation" ? "FAILED_REQUEST" : "INVALID_GRANT", {
		step,
		reason: `it was not sealed and signed with keys of "privateKeys"`,
	});
}
