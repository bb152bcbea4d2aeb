import { CompactEncrypt, compactDecrypt } from "jose";
import type { AppKey } from "./app-key.js";

/** Encrypts what only the app's servers may read, for as long as it lies with somebody else. */
export function seal({ kid, secret }: AppKey, purpose: string, value: object): Promise<string> {
	return new CompactEncrypt(new TextEncoder().encode(JSON.stringify([purpose, value])))
		.setProtectedHeader({ alg: "dir", enc: "A256GCM", kid })
		.encrypt(secret);
}

/** Decrypts what `seal` has encrypted. Rejects what none of these keys has sealed, and what was sealed for something else. */
export async function unseal<Value>(keys: AppKey[], purpose: string, sealed: string): Promise<Value> {
	const { plaintext } = await compactDecrypt(
		sealed,
		({ kid }) => {
			const key = keys.find((candidate) => candidate.kid === kid);
			if (!key) throw new Error("sealed by no key of this app");
			return key.secret;
		},
		{ keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"] },
	);
	const [sealedFor, value] = JSON.parse(new TextDecoder().decode(plaintext));
	if (sealedFor !== purpose) throw new Error("sealed for something else");
	return value;
}
