import { createHash, randomBytes } from "node:crypto";
import { Resolver } from "node:dns/promises";
import { setTimeout } from "node:timers/promises";
import type {
	NodeOAuthClient,
	NodeSavedSession,
	NodeSavedState,
	OAuthClientMetadataInput,
} from "@atproto/oauth-client-node";
import { type Client, failure } from "@oauth/core/provider";
import type { AppKey } from "./app-key.js";
import { type ClientDescription, describeClient } from "./client-metadata.js";
import { guardFetch } from "./guarded-fetch.js";

/** A user can sign in without a handle, so nobody waits longer for its servers. */
const HANDLE_TIMEOUT_MS = 3000;

/** The app's settings beyond those that every provider takes. */
export interface Settings {
	/** The signing one first. */
	keys: [AppKey, ...AppKey[]];
	description?: ClientDescription | undefined;
	resolveTxt?: ((hostname: string) => Promise<string[]>) | undefined;
}

/** The client's stored data of one sign-in or one session. */
export interface Saved {
	state?: NodeSavedState;
	session?: NodeSavedSession;
}

/** The data that the client has stored, for the caller to keep. */
export interface Kept extends Saved {
	/** The `state` that the client has chosen. */
	stateParam?: string;
	/** The secrets that were sent, which must not appear in an error. */
	secrets: Set<unknown>;
}

/**
 * Makes the AT Protocol's own client, for one use. It starts with the saved data, and stores its data in `kept`.
 *
 * @param postTimeout how long a POST may take, in milliseconds; by default as long as any request
 * @throws OAuthError `INVALID_CONFIG` for a client that no server would accept
 */
export async function openAtprotoClient(
	client: Client,
	{ keys, description, resolveTxt = resolveTxtRecords }: Settings,
	saved: Saved = {},
	postTimeout?: number,
): Promise<{ atproto: NodeOAuthClient; kept: Kept }> {
	const kept: Kept = { ...saved, secrets: new Set() };
	const [{ AtprotoHandleResolver, JoseKey, NodeOAuthClient }, fetch] = await Promise.all([
		import("@atproto/oauth-client-node"),
		guardFetch(client, kept.secrets, postTimeout),
	]);
	const handles = new AtprotoHandleResolver({
		fetch,
		// If there are no records, or the lookup fails, the handle's own server is asked.
		resolveTxt: (hostname) => resolveTxt(hostname).catch(() => []),
	});
	const handleTimeout = Math.min(client.timeout ?? HANDLE_TIMEOUT_MS, HANDLE_TIMEOUT_MS);
	try {
		const atproto = new NodeOAuthClient({
			clientMetadata: describeClient(client, keys, description) as OAuthClientMetadataInput,
			keyset: await Promise.all(keys.flatMap(({ jwk }) => (jwk ? [JoseKey.fromJWK({ ...jwk })] : []))),
			fetch,
			handleResolver: {
				resolve: (handle, options) =>
					Promise.race([handles.resolve(handle, options), setTimeout(handleTimeout, null, { ref: false })]),
			},
			plcDirectoryUrl: client.endpoints.plcDirectory,
			runtimeImplementation: {
				// Each client is for one use, so there is nothing to lock.
				requestLock: async (_, work) => work(),
				// Every server has to support ES256. The keys of other algorithms are too long for a cookie.
				createKey: () => JoseKey.generate(["ES256"]),
				getRandomValues: randomBytes,
				digest: (bytes, { name }) => createHash(name).update(bytes).digest(),
			},
			stateStore: {
				get: async () => kept.state,
				set: async (stateParam, state) => void Object.assign(kept, { stateParam, state }),
				del: async () => void delete kept.state,
			},
			sessionStore: {
				get: async () => kept.session,
				set: async (_, session) => void Object.assign(kept, { session }),
				del: async () => void delete kept.session,
			},
		});
		return { atproto, kept };
	} catch (error) {
		const { issues, message } = Object(error);
		throw failure(client, "INVALID_CONFIG", {
			step: "config",
			reason: `"clientId", "redirectUri" or "description" is wrong: ${issues?.[0]?.message ?? message}`,
			secrets: keys.map(({ jwk }) => jwk?.d),
		});
	}
}

async function resolveTxtRecords(hostname: string): Promise<string[]> {
	const records = await new Resolver({ timeout: 1000, tries: 2 }).resolveTxt(hostname);
	return records.map((chunks) => chunks.join(""));
}
