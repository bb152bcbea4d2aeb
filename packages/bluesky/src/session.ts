import type { NodeSavedSession, OAuthSession } from "@atproto/oauth-client-node";
import { type Client, failure, type Step, type Tokens } from "@oauth/core";
import { openAtprotoClient, type Settings } from "./atproto-client.js";
import { toFailure } from "./failure.js";
import { seal, unseal } from "./seal.js";

/** What refresh tokens are sealed for. */
const PURPOSE = "session";

/** The refresh token is of use only with the key that it is bound to: the one text holds both, sealed. */
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

/** The refreshes under way in this process. A refresh token that comes twice is taken for stolen, and ends the session. */
const refreshing = new Map<string, Promise<Tokens>>();

export function refreshTokens(client: Client, settings: Settings, refreshToken: string): Promise<Tokens> {
	const key = `${[client.clientId, refreshToken]}`;
	const pending =
		refreshing.get(key) ?? refresh(client, settings, refreshToken).finally(() => refreshing.delete(key));
	refreshing.set(key, pending);
	return pending;
}

async function refresh(client: Client, settings: Settings, refreshToken: string): Promise<Tokens> {
	const session = await readSession(client, settings, "refresh", refreshToken);
	const { atproto, kept } = await openAtprotoClient(client, settings, { session });
	try {
		await atproto.restore(session.tokenSet.sub, true);
	} catch (error) {
		// The old tokens are used up once there are new ones: what fails after that must not lose these.
		if (!kept.session || kept.session === session) throw toFailure(client, "refresh", error, kept.secrets);
	}
	return toTokens(settings, kept.session as NodeSavedSession);
}

/** Ends the session at the person's server. */
export async function revokeToken(client: Client, settings: Settings, refreshToken: string): Promise<void> {
	const session = await readSession(client, settings, "revocation", refreshToken);
	const { atproto, kept } = await openAtprotoClient(client, settings, { session });
	const { sub, access_token, refresh_token = access_token } = session.tokenSet;
	try {
		const { server } = await atproto.restore(sub, false);
		if (!server.serverMetadata.revocation_endpoint)
			throw failure(client, "NOT_SUPPORTED", { step: "revocation" });
		// Not `signOut()`, which takes every failure for a success.
		await server.request("revocation", { token: refresh_token }).catch((error) => {
			// Of a success nothing counts but the status, and no JSON need come with it.
			if (!error.response?.ok) throw error;
		});
	} catch (error) {
		throw toFailure(client, "revocation", error, kept.secrets);
	}
}

/** What can ask the person's server on their behalf, with the access token as it is: it is never refreshed on the way. */
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

/** The address and whether it is confirmed, where the person has let the app read them. */
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
	const { did, email, emailConfirmed } = Object(await response.json().catch(() => null));
	if (did !== session.did)
		throw failure(client, "FAILED_REQUEST", {
			step: "user",
			status: response.status,
			detail: "com.atproto.server.getSession",
		});
	return typeof email === "string" ? { email, emailConfirmed: emailConfirmed === true } : {};
}

async function readSession(
	client: Client,
	{ keys }: Settings,
	step: Step,
	refreshToken: string,
): Promise<NodeSavedSession> {
	try {
		return await unseal<NodeSavedSession>(keys, PURPOSE, refreshToken);
	} catch {
		throw failure(client, "FAILED_REQUEST", { step, detail: "not a refresh token of this app" });
	}
}
