import { Resolver } from "node:dns/promises";
import type { NodeOAuthClient, NodeSavedSession, NodeSavedState } from "@atproto/oauth-client-node";
import { type Client, failure } from "@oauth/core";
import type { AppKey } from "./app-key.js";
import { type ClientDescription, describeClient } from "./client-metadata.js";

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 2 ** 20;

/** What the app has set beyond what every provider takes. */
export interface Settings {
	/** The one that signs first. */
	keys: [AppKey, ...AppKey[]];
	description?: ClientDescription;
	resolveTxt?(hostname: string): Promise<string[]>;
}

/** What the client would store of one sign-in and of one session. It is the caller's to keep. */
export interface Kept {
	/** The `state` that the client has chosen. */
	stateParam?: string;
	state?: NodeSavedState;
	session?: NodeSavedSession;
}

/** The AT Protocol's own client, for one use: it remembers nothing but what is in `kept`. */
export async function openAtprotoClient(
	client: Client,
	{ keys, description, resolveTxt = resolveTxtRecords }: Settings,
	kept: Kept,
): Promise<NodeOAuthClient> {
	const [{ AtprotoHandleResolver, JoseKey, NodeOAuthClient, requestLocalLock }, { safeFetchWrap }] =
		await Promise.all([import("@atproto/oauth-client-node"), import("@atproto-labs/fetch-node")]);

	// Strangers name the addresses: none may lead into the app's own network. An app's own `fetch` sees to that itself.
	const guarded = safeFetchWrap({
		fetch: client.fetch,
		ssrfProtection: !client.fetch,
		timeout: client.timeout ?? TIMEOUT_MS,
		responseMaxSize: MAX_BYTES,
	});
	const fetch: typeof guarded = (input, init) => guarded(input, { ...init, redirect: "error" });
	try {
		return new NodeOAuthClient({
			clientMetadata: describeClient(client, keys, description),
			keyset: await Promise.all(keys.flatMap(({ jwk }) => (jwk ? [JoseKey.fromJWK({ ...jwk })] : []))),
			fetch,
			handleResolver: new AtprotoHandleResolver({ fetch, resolveTxt }),
			plcDirectoryUrl: client.endpoints.plcDirectory,
			requestLock: requestLocalLock,
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
	} catch (cause) {
		throw failure(client, "INVALID_CONFIG", {
			step: "config",
			detail: "clientId, redirectUri or metadata",
			cause,
		});
	}
}

/** None where there are none, and where the name can't be asked for: the handle's own server is asked then. */
async function resolveTxtRecords(hostname: string): Promise<string[]> {
	const records = await new Resolver({ timeout: 3000, tries: 2 }).resolveTxt(hostname).catch(() => []);
	return records.map((chunks) => chunks.join(""));
}
