import { type Client, type ClientAuth, type Discovered, failure, send } from "@oauth/core";
import { createCache } from "./cache.js";

const MAX_AGE_MS = 3_600_000;

/** What issuers say of themselves. @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
interface ProviderMetadata {
	issuer: string;
	authorization_endpoint: string;
	token_endpoint: string;
	jwks_uri: string;
	userinfo_endpoint?: string;
	revocation_endpoint?: string;
	token_endpoint_auth_methods_supported?: string[];
	authorization_response_iss_parameter_supported?: boolean;
}

const cachedMetadata = createCache<{ metadata: ProviderMetadata; fetchedAt: number }>();

/**
 * What the issuer knows best about itself.
 *
 * @throws OAuthError `FAILED_REQUEST`; `ISSUER_MISMATCH` when the document is another issuer's
 */
export async function discover(client: Client): Promise<Discovered> {
	const metadata = await fetchMetadata(client);
	const supported = metadata.token_endpoint_auth_methods_supported;
	const methods = Array.isArray(supported) ? supported : ["client_secret_basic"];
	const preferred: ClientAuth[] = [client.clientAuth, "client_secret_basic", "client_secret_post"];
	return {
		authorizationResponseIss: metadata.authorization_response_iss_parameter_supported === true,
		clientAuth: preferred.find((method) => methods.includes(method)) ?? client.clientAuth,
		endpoints: {
			authorization: metadata.authorization_endpoint,
			token: metadata.token_endpoint,
			jwks: metadata.jwks_uri,
			userinfo: metadata.userinfo_endpoint,
			revocation: metadata.revocation_endpoint,
		},
	};
}

async function fetchMetadata(client: Client): Promise<ProviderMetadata> {
	const issuer = client.issuer as string;
	const cached = cachedMetadata(client).get(issuer);
	if (cached && Date.now() - cached.fetchedAt < MAX_AGE_MS) return cached.metadata;
	const metadata: ProviderMetadata = await send(
		client,
		"discovery",
		`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
		{ isAnswer: (answer) => hasEndpoints(Object(answer), /^https:/i.test(issuer) ? "https://" : "http") },
	);
	if (metadata.issuer !== issuer) throw failure(client, "ISSUER_MISMATCH", { step: "discovery" });
	cachedMetadata(client).set(issuer, { metadata, fetchedAt: Date.now() });
	return metadata;
}

/** An issuer behind TLS has nothing outside of it. */
function hasEndpoints(metadata: ProviderMetadata, scheme: string): boolean {
	const { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint, revocation_endpoint } =
		metadata;
	const required = [authorization_endpoint, token_endpoint, jwks_uri];
	const optional = [userinfo_endpoint, revocation_endpoint].filter((url) => url !== undefined);
	return [...required, ...optional].every(
		(url) => typeof url === "string" && url.startsWith(scheme) && URL.canParse(url),
	);
}
