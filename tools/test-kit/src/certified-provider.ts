import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { OAuthProvider, Tokens } from "@oauth/core";
import Provider, { type ClientMetadata, type Configuration } from "oidc-provider";
import { expect, onTestFinished } from "vitest";
import { Browser, type Page } from "./browser.ts";
import { failureOf } from "./errors.ts";

export interface CertifiedProviderOptions {
	client: { clientId: string; clientSecret: string; redirectUri: string };
	/** Returns the issuer identifier of a provider that listens on this origin. @default the origin */
	issuerAt?(origin: string): string;
	/** Further metadata with which the client is registered. */
	registration?: Partial<ClientMetadata>;
	/** The user's claims except `sub`. */
	userClaims: Record<string, unknown>;
	/** Further configuration of the provider. */
	configuration: Configuration;
	/** Changes a request as a router does for an app that it has mounted. */
	mount?(request: IncomingMessage): void;
}

/** Starts a certified OpenID provider in this process, for one test. Returns the origin on which it listens. */
export async function serveCertifiedProvider(options: CertifiedProviderOptions): Promise<string> {
	const { client, issuerAt = (origin) => origin, registration, userClaims, configuration, mount } = options;
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
		findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...userClaims }) }),
		features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
		issueRefreshToken: async () => true,
		cookies: { keys: ["a key of the test"] },
		ttl: { Interaction: 60, Session: 60, Grant: 60, AccessToken: 60, IdToken: 60, RefreshToken: 60 },
		...configuration,
	});
	const handle = provider.callback();
	server.on("request", (request, response) => {
		mount?.(request);
		return handle(request, response);
	});
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return origin;
}

/** Goes through the provider's login and consent pages, and returns the page that they lead to. */
export async function logIn(origin: string, authorizationUrl: string, login: string): Promise<Page> {
	const browser = new Browser(origin);
	const page = await browser.open(authorizationUrl);
	const consent = await browser.submit(page, "login", { login, password: "any" });
	return browser.submit(consent, "consent");
}

/** Expects that the provider redeems the code of a callback once. Returns the session. */
export async function expectOneSession<Session>(
	provider: { handleCallback(request: Request): Promise<Session> },
	callback: Request,
): Promise<Session> {
	const session = await provider.handleCallback(callback);
	expect(await failureOf(provider.handleCallback(callback), "FAILED_REQUEST")).toMatchObject({
		providerError: "invalid_grant",
	});
	return session;
}

/** Expects that a refresh gives new tokens, and that a revoked refresh token is refused. */
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
