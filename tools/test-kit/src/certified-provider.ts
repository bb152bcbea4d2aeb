import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { OAuthProvider, Tokens } from "@oauth/core";
import Provider, { type ClientMetadata, type Configuration } from "oidc-provider";
import { expect, onTestFinished } from "vitest";
import { failureOf } from "./errors.ts";

export interface CertifiedProvider {
	client: { clientId: string; clientSecret: string; redirectUri: string };
	/** Its issuer, given where it listens. @default that URL itself */
	issuerAt?(origin: string): string;
	/** What the client is registered with besides. */
	registration?: Partial<ClientMetadata>;
	/** The user's claims, besides the id. */
	person: Record<string, unknown>;
	/** What is particular about it. */
	configuration: Configuration;
	/** What a router does to a request for an app that it has mounted. */
	mount?(request: IncomingMessage): void;
}

/** A certified OpenID provider in this process, for one test. Gives back where it listens. */
export async function serveCertifiedProvider(options: CertifiedProvider): Promise<string> {
	const { client, issuerAt = (origin) => origin, registration, person, configuration, mount } = options;
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const provider = new Provider(issuerAt(origin), {
		clients: [
			{
				client_id: client.clientId,
				client_secret: client.clientSecret,
				redirect_uris: [client.redirectUri],
				grant_types: ["authorization_code", "refresh_token"],
				...registration,
			},
		],
		pkce: { required: () => true },
		findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...person }) }),
		features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
		issueRefreshToken: async () => true,
		cookies: { keys: ["a key of the test"] },
		ttl: { Interaction: 60, Session: 60, Grant: 60, AccessToken: 60, IdToken: 60, RefreshToken: 60 },
		...configuration,
	});
	const answer = provider.callback();
	server.on("request", (request, response) => {
		mount?.(request);
		return answer(request, response);
	});
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return origin;
}

/** Tokens are refreshed and rotated, and what is revoked is no longer good. */
export async function expectRefreshAndRevocation(
	provider: Pick<OAuthProvider<unknown>, "refreshTokens" | "revokeToken">,
	tokens: Tokens,
): Promise<void> {
	const fresh = await provider.refreshTokens(tokens.refreshToken ?? "");
	expect(fresh.accessToken).not.toBe(tokens.accessToken);
	await provider.revokeToken(fresh.refreshToken ?? "");
	expect(await failureOf(provider.refreshTokens(fresh.refreshToken ?? ""), "INVALID_GRANT")).toMatchObject({
		providerError: "invalid_grant",
	});
}
