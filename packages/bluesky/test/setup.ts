import type { BlueskyConfig } from "@oauth/bluesky";
import { exportPKCS8, generateKeyPair } from "jose";
import type { Internet } from "./internet.ts";

export async function newPrivateKey(): Promise<string> {
	const { privateKey } = await generateKeyPair("ES256", { extractable: true });
	return exportPKCS8(privateKey);
}

const privateKey = await newPrivateKey();

/** Returns the config of an app whose endpoints are on the small internet. */
export function configOn(internet: Internet) {
	return {
		clientId: "https://app.acme.dev/client-metadata.json",
		redirectUri: "https://app.acme.dev/login/callback",
		privateKeys: [privateKey],
		fetch: internet.fetch,
		resolveTxt: async (): Promise<string[]> => [],
		endpoints: {
			entryway: "https://pds.test",
			plcDirectory: "https://plc.test",
			user: "https://appview.test/xrpc/app.bsky.actor.getProfile",
		},
	} satisfies BlueskyConfig;
}
