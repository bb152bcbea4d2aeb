import { CompactEncrypt, compactDecrypt } from "jose";
import type { AppKey } from "./app-key.js";

/** Encrypts a value that only the app's servers may read, while it is stored elsewhere. */
export function seal({ kid, secret }: AppKey, purpose: string, value: object): Promise<string> {
	return new CompactEncrypt(new TextEncoder().encode(JSON.stringify([purpose, value])))
		.setProtectedHeader({ alg: "dir", enc: "A256GCM", kid })
		.encrypt(secret);
}

/** Decrypts a sealed value. Rejects one that none of these keys has sealed, or that was sealed for another purpose. */
export async function unseal<Value>(keys: AppKey[], purpose: string, sealed: string): Promise<Value> {
	const { plaintext } = await compactDecrypt(
		sealed,
		({ kid }) => {
			const key = keys.find((candidate) => candidate.kid === kid);
			if (!key) throw new Error("no key of this app has sealed it");
			return key.secret;
		},
		{ keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"] },
	);
	const [sealedFor, value] = JSON.parse(new TextDecoder().decode(plaintext));
	if (sealedFor !== purpose) throw new Error("it was sealed for another purpose");
	return value;
}
