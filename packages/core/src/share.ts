import type { Client } from "./definition.js";
import { OAuthError } from "./error.js";
import { within } from "./http.js";

/** Gives all who call under one name what the first call comes to, for as long as it is in the map. */
export async function share<Value>(
	calls: Map<string, Promise<Value>>,
	name: string,
	client: Client,
	call: () => Promise<Value>,
): Promise<Value> {
	const begun = calls.get(name);
	if (!begun) {
		const own = call();
		calls.set(name, own);
		return own;
	}
	try {
		return await within(client, () => begun);
	} catch (error) {
		if (OAuthError.is(error)) throw error;
		// On Cloudflare's runtime a call dies with the request that it is from, when its client has gone away.
		if (calls.get(name) === begun) calls.delete(name);
		return share(calls, name, client, call);
	}
}
