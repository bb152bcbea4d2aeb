import { decodeJwt, decodeProtectedHeader } from "jose";
import type { Internet, Received, SiteResponse } from "./internet.ts";

/** A server that somebody runs on their own: it responds as it likes. */
export class OwnServer {
	readonly origin: string;
	readonly host: string;
	/** The responses at a path, in place of a good server's. */
	readonly responses: Record<
		string,
		SiteResponse | ((request: Received) => SiteResponse | Promise<SiteResponse>)
	> = {};
	/** The account that the token endpoint names. */
	sub = "";
	/** The parameters of the last authorization request. */
	pushed = new URLSearchParams();
	readonly #internet: Internet;

	constructor(internet: Internet, host: string) {
		this.#internet = internet;
		this.host = host;
		this.origin = `https://${host}`;
	}

	async start(): Promise<void> {
		await this.#internet.site(this.host, (request) => {
			const response = this.responses[request.url.pathname] ?? this.#respond(request);
			return typeof response === "function" ? response(request) : response;
		});
	}

	/** Returns the requests to a path. */
	requests(path: string): Received[] {
		return this.#internet.requests.filter(({ url }) => url.href === `${this.origin}${path}`);
	}

	/** Returns the URL to which the user's browser is sent after consent. */
	callback(params: Record<string, string> = {}): URL {
		const { redirect_uri, state } = Object.fromEntries(this.pushed);
		return new URL(
			`${redirect_uri}?${new URLSearchParams({ code: "code-of-the-user", state: `${state}`, iss: this.origin, ...params })}`,
		);
	}

	#respond({ url, headers, body }: Received): SiteResponse {
		const { origin } = this;
		switch (url.pathname) {
			case "/.well-known/oauth-protected-resource":
				return { body: { resource: origin, authorization_servers: [origin] } };
			case "/.well-known/oauth-authorization-server":
				return { body: metadataOf(origin) };
			case "/par":
			case "/token": {
				if (!hasNonce(headers.dpop))
					return { status: 400, headers: { "dpop-nonce": "a-nonce" }, body: { error: "use_dpop_nonce" } };
				if (url.pathname === "/par") {
					this.pushed = new URLSearchParams(body);
					return {
						status: 201,
						body: { request_uri: "urn:ietf:params:oauth:request_uri:1", expires_in: 60 },
					};
				}
				return {
					body: {
						access_token: "access-token-of-the-user",
						refresh_token: "refresh-token-of-the-user",
						token_type: "DPoP",
						expires_in: 3600,
						scope: this.pushed.get("scope"),
						sub: this.sub,
					},
				};
			}
			default:
				return { status: 404, body: { error: "not_found" } };
		}
	}
}

function hasNonce(proof: string | string[] | undefined): boolean {
	return decodeProtectedHeader(`${proof}`).typ === "dpop+jwt" && decodeJwt(`${proof}`).nonce === "a-nonce";
}

/** Returns a server's metadata. */
export function metadataOf(issuer: string) {
	return {
		issuer,
		authorization_endpoint: `${issuer}/authorize`,
		token_endpoint: `${issuer}/token`,
		pushed_authorization_request_endpoint: `${issuer}/par`,
		require_pushed_authorization_requests: true,
		response_types_supported: ["code"],
		grant_types_supported: ["authorization_code", "refresh_token"],
		code_challenge_methods_supported: ["S256"],
		token_endpoint_auth_methods_supported: ["none", "private_key_jwt"],
		token_endpoint_auth_signing_alg_values_supported: ["ES256"],
		scopes_supported: ["atproto"],
		authorization_response_iss_parameter_supported: true,
		dpop_signing_alg_values_supported: ["ES256"],
		client_id_metadata_document_supported: true,
	};
}
