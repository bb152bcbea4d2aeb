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

/** The endpoints' names in the document. */
const FIELDS = {
	authorization: "authorization_endpoint",
	token: "token_endpoint",
	jwks: "jwks_uri",
	userinfo: "userinfo_endpoint",
	revocation: "revocation_endpoint",
};
const OPTIONAL = ["userinfo", "revocation"];

const AUTH_METHODS: ClientAuth[] = ["client_secret_basic", "client_secret_post", "none"];

/** The parts of an issuer's document that are kept. @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
interface Metadata {
	endpoints: Discovered["endpoints"];
	authMethods: ClientAuth[];
	authorizationResponseIss: boolean;
	fetchedAt: number;
}

const cachedMetadata = createCache<Metadata>(MAX_ISSUERS);

/**
 * Returns the issuer's endpoints, its client authentication and whether it always sends `iss`.
 *
 * @param clientAuth the choice of the app or the package, which takes precedence over the issuer's
 * @throws OAuthError `FAILED_REQUEST`; `ISSUER_MISMATCH` when the document is another issuer's
 */
export async function discover(client: Client, clientAuth: ClientAuth | undefined): Promise<Discovered> {
	const { endpoints, authMethods, authorizationResponseIss } = await loadMetadata(client);
	const preferred: ClientAuth[] = [client.clientAuth, "client_secret_basic", "client_secret_post"];
	const announced = preferred.find((method) => authMethods.includes(method));
	return { endpoints, authorizationResponseIss, clientAuth: clientAuth ?? announced ?? client.clientAuth };
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
	// Without the document itself: an error text in it would replace the reason.
	if (problem)
		throw failure(client, "FAILED_REQUEST", {
			step: "discovery",
			reason: `the discovery document is refused: ${problem}`,
			advice: `Developer: ask the issuer to correct it, or set "endpoints" yourself`,
		});
	if (document.issuer !== issuer)
		throw failure(client, "ISSUER_MISMATCH", {
			step: "discovery",
			reason: `the discovery document names the issuer "${document.issuer}", not "${issuer}"`,
			advice: `Developer: set "issuer" to exactly what the document says`,
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

/**
 * Returns what is wrong with a discovery document. Anybody can run an issuer, so an endpoint may be on plain http or in a
 * private network only if the issuer itself is.
 */
function findProblem(document: Record<string, unknown>, issuer: string): string | undefined {
	const home = new URL(issuer);
	const protocols = home.protocol === "http:" ? ["https:", "http:"] : ["https:"];
	for (const [name, field] of Object.entries(FIELDS)) {
		const url = document[field] ?? undefined;
		if (url === undefined && OPTIONAL.includes(name)) continue;
		if (url === undefined) return `"${field}" is missing`;
		if (typeof url !== "string" || !URL.canParse(url)) return `"${field}" is not a URL`;
		if (url.length > MAX_URL_LENGTH) return `"${field}" is longer than ${MAX_URL_LENGTH} characters`;
		const { protocol, hostname } = new URL(url);
		if (!protocols.includes(protocol)) return `"${field}" does not begin with https://`;
		if (isPrivateHost(hostname) && !isPrivateHost(home.hostname)) return `"${field}" is in a private network`;
	}
	return undefined;
}
