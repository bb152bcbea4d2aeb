import { createHash, randomBytes } from "node:crypto";
import { Resolver } from "node:dns/promises";
import { setTimeout } from "node:timers/promises";
import type {
	NodeOAuthClient,
	NodeSavedSession,
	NodeSavedState,
	OAuthClientMetadataInput,
} from "@atproto/oauth-client-node";
import { type Client, failure } from "@oauth/core";
import type { AppKey } from "./app-key.js";
import { type ClientDescription, describeClient } from "./client-metadata.js";
import { guardFetch } from "./guarded-fetch.js";

/** A person can sign in without a handle, and is not to wait for its servers. */
const HANDLE_TIMEOUT_MS = 3000;

/** What the app has set beyond what every provider takes. */
export interface Settings {
	/** The one that signs first. */
	keys: [AppKey, ...AppKey[]];
	description?: ClientDescription;
	resolveTxt?(hostname: string): Promise<string[]>;
}

/** What the client would store of one sign-in or of one session. */
export interface Saved {
	state?: NodeSavedState;
	session?: NodeSavedSession;
}

/** What has come of it. It is the caller's to keep. */
export interface Kept extends Saved {
	/** The `state` that the client has chosen. */
	stateParam?: string;
	/** What was sent in confidence, and must not come back in an error. */
	secrets: Set<unknown>;
}

/** The AT Protocol's own client, for one use: it knows nothing but what was saved, and remembers it in `kept`. */
export async function openAtprotoClient(
	client: Client,
	{ keys, description, resolveTxt = resolveTxtRecords }: Settings,
	saved: Saved = {},
): Promise<{ atproto: NodeOAuthClient; kept: Kept }> {
	const kept: Kept = { ...saved, secrets: new Set() };
	const [{ AtprotoHandleResolver, JoseKey, NodeOAuthClient, requestLocalLock }, fetch] = await Promise.all([
		import("@atproto/oauth-client-node"),
		guardFetch(client, kept.secrets),
	]);
	const handles = new AtprotoHandleResolver({
		fetch,
		// None where there are none, and where the name can't be asked for: the handle's own server is asked then.
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
				requestLock: requestLocalLock,
				// What every server has to take. The keys of others are too long for a cookie.
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
	} catch (cause) {
		throw failure(client, "INVALID_CONFIG", {
			step: "config",
			detail: "clientId, redirectUri or metadata",
			cause,
		});
	}
}

async function resolveTxtRecords(hostname: string): Promise<string[]> {
	const records = await new Resolver({ timeout: 1000, tries: 2 }).resolveTxt(hostname);
	return records.map((chunks) => chunks.join(""));
}
