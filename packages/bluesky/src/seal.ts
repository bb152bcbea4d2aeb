import { CompactEncrypt, compactDecrypt } from "jose";
import type { AppKey } from "./app-key.js";

/** Hides what only the app's servers may read, while it lies with somebody else. */
export function seal({ kid, secret }: AppKey, value: object): Promise<string> {
	return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
		.setProtectedHeader({ alg: "dir", enc: "A256GCM", kid })
		.encrypt(secret);
}

/** What `seal` has hidden. Rejects what none of these keys has sealed. */
export async function unseal<Value>(keys: AppKey[], sealed: string): Promise<Value> {
	const { plaintext } = await compactDecrypt(
		sealed,
		({ kid }) => {
			const key = keys.find((candidate) => candidate.kid === kid);
			if (!key) throw new Error("sealed by no key of this app");
			return key.secret;
		},
		{ keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"] },
	);
	return JSON.parse(new TextDecoder().decode(plaintext));
}
