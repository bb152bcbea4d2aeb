import {
	type Client,
	type ClientAuth,
	createCache,
	type Discovered,
	failure,
	send,
} from "@oauth/core/provider";
import { isPrivateHost } from "./private-host.js";

const MAX_AGE_MS = 3_600_000;
const MAX_ISSUERS = 200;
const MAX_URL_LENGTH = 2048;

/** The endpoints, by the names that the document has for them. */
const FIELDS = {
	authorization: "authorization_endpoint",
	token: "token_endpoint",
	jwks: "jwks_uri",
	userinfo: "userinfo_endpoint",
	revocation: "revocation_endpoint",
};
const OPTIONAL = ["userinfo", "revocation"];

const AUTH_METHODS: ClientAuth[] = ["client_secret_basic", "client_secret_post", "none"];

/** What is kept of an issuer's document. @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
interface Metadata {
	endpoints: Discovered["endpoints"];
	authMethods: ClientAuth[];
	authorizationResponseIss: boolean;
	fetchedAt: number;
}

const cachedMetadata = createCache<Metadata>(MAX_ISSUERS);

/**
 * Returns what the issuer knows best about itself.
 *
 * @param clientAuth what the app or the package has chosen, whatever the issuer prefers
 * @throws OAuthError `FAILED_REQUEST`; `ISSUER_MISMATCH` when the document is another issuer's
 */
export async function discover(client: Client, clientAuth: ClientAuth | undefined): Promise<Discovered> {
	const { endpoints, authMethods, authorizationResponseIss } = await loadMetadata(client);
	const preferred: ClientAuth[] = [client.clientAuth, "client_secret_basic", "client_secret_post"];
	return {
		endpoints,
		authorizationResponseIss,
		clientAuth: clientAuth ?? preferred.find((method) => authMethods.includes(method)) ?? client.clientAuth,
	};
}

async function loadMetadata(client: Client): Promise<Metadata> {
	const issuer = client.issuer as string;
	const cached = cachedMetadata(client).get(issuer);
	if (cached && Date.now() - cached.fetchedAt < MAX_AGE_MS) return cached;
	const document: Record<string, unknown> = await send(
		client,
		"discovery",
		`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
	);
	const problem = findProblem(Object(document), issuer);
	// Without the document itself, whose words would stand in for the reason.
	if (problem)
		throw failure(client, "FAILED_REQUEST", {
			step: "discovery",
			reason: `the discovery document is refused: ${problem}`,
			advice: `Developer: the issuer has to correct it, or give "endpoints" of your own`,
		});
	if (document.issuer !== issuer)
		throw failure(client, "ISSUER_MISMATCH", {
			step: "discovery",
			reason: `the discovery document is that of "${document.issuer}", not of "${issuer}"`,
			advice: `Developer: the setting "issuer" must be exactly what the document says`,
		});
	const supported = document.token_endpoint_auth_methods_supported;
	const metadata: Metadata = {
		endpoints: Object.fromEntries(
			Object.entries(FIELDS).map(([name, field]) => [name, document[field] ?? undefined]),
		) as unknown as Metadata["endpoints"],
		authMethods: Array.isArray(supported)
			? AUTH_METHODS.filter((method) => supported.includes(method))
			: ["client_secret_basic"],
		authorizationResponseIss: document.authorization_response_iss_parameter_supported === true,
		fetchedAt: Date.now(),
	};
	cachedMetadata(client).delete(issuer);
	cachedMetadata(client).set(issuer, metadata);
	return metadata;
}

/** An issuer may be anybody's: nothing of it leads away from TLS or into a private network, unless it is there itself. */
function findProblem(document: Record<string, unknown>, issuer: string): string | undefined {
	const home = new URL(issuer);
	for (const [name, field] of Object.entries(FIELDS)) {
		const url = document[field] ?? undefined;
		if (url === undefined && OPTIONAL.includes(name)) continue;
		if (url === undefined) return `"${field}" is missing`;
		if (typeof url !== "string" || url.length > MAX_URL_LENGTH || !URL.canParse(url))
			return `"${field}" is no URL`;
		const { protocol, hostname } = new URL(url);
		if (protocol !== "https:" && (protocol !== "http:" || home.protocol !== "http:"))
			return `"${field}" does not begin with https://`;
		if (isPrivateHost(hostname) && !isPrivateHost(home.hostname))
			return `"${field}" leads into a private network`;
	}
	return undefined;
}
