// Fetches the documents of 250 issuers, each of 0.9 MB, and prints how much memory they still use.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { oidc } from "@oauth/oidc";

const SIZE = 900_000;

const jwk = {
	...generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ format: "jwk" }),
	alg: "RS256",
};
const chain = { ...jwk, kid: "chain", x5c: ["x".repeat(SIZE / 2)] };
const keys = [
	chain,
	...Array.from({ length: SIZE / 2 / 450 }, (_, number) => ({ ...jwk, kid: `${number}` })),
];
const keySet = JSON.stringify({ keys });
const methods = ["client_secret_post", "x".repeat(SIZE / 2)];
const padding = JSON.stringify({
	token_endpoint_auth_methods_supported: methods,
	claims_supported: ["x".repeat(SIZE / 2)],
});

let requests = 0;
const server = createServer(({ url: path = "" }, response) => {
	requests++;
	const [, number, name] = path.split("/");
	if (name === "jwks") return response.end(keySet);
	const issuer = `https://issuer.example/${number}`;
	const document = JSON.stringify({
		issuer,
		authorization_endpoint: `${issuer}/authorize`,
		token_endpoint: `${issuer}/token`,
		jwks_uri: `${issuer}/jwks`,
	});
	return response.end(`${document.slice(0, -1)},${padding.slice(1)}`);
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;
const toLoopback: typeof fetch = (url, init) =>
	fetch(`http://127.0.0.1:${port}${new URL(`${url}`).pathname}`, init);

async function ask(number: number): Promise<void> {
	const provider = oidc({
		issuer: `https://issuer.example/${number}`,
		clientId: "client-1",
		clientSecret: "s3cr3t-of-the-client",
		redirectUri: `https://app.example/${number}/callback`,
		fetch: toLoopback,
	});
	await provider.validateIdToken("a.b.c", { nonce: "n" }).catch(() => {});
}

/** Returns the memory in use once the last requests have released their buffers. */
async function usedBytes(): Promise<number> {
	for (let count = 0; count < 3; count++) {
		await new Promise((resolve) => setTimeout(resolve, 50));
		globalThis.gc?.();
	}
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

const before = await usedBytes();
for (let number = 0; number < 250; number++) await ask(number);
console.log(JSON.stringify({ requests, megabytes: Math.round(((await usedBytes()) - before) / 1e6) }));
server.closeAllConnections();
server.close();
