import type { Client } from "@oauth/core";
import type { AppKey } from "./app-key.js";

/** What the app says of itself to the person who is asked to agree, in RFC 7591's words. */
export interface ClientDescription {
	client_name?: string;
	client_uri?: string;
	logo_uri?: string;
	tos_uri?: string;
	policy_uri?: string;
}

/** The client metadata document. */
export interface ClientMetadata extends ClientDescription {
	client_id: string;
	application_type: "web" | "native";
	redirect_uris: string[];
	response_types: string[];
	grant_types: string[];
	scope: string;
	dpop_bound_access_tokens: true;
	token_endpoint_auth_method: "private_key_jwt" | "none";
	token_endpoint_auth_signing_alg?: "ES256";
	/** The public halves of the app's keys. */
	jwks?: { keys: Record<string, unknown>[] };
}

/** An app that can't publish a document yet, since it runs on the developer's machine. */
export const DEVELOPMENT_CLIENT = "http://localhost";

/** @see https://atproto.com/specs/oauth#client-id-metadata-document */
export function describeClient(
	{ clientId, redirectUri = "", scope }: Client,
	keys: AppKey[],
	description: ClientDescription = {},
): ClientMetadata {
	const asked = [...new Set(scope)].join(" ");
	const isDevelopment = clientId === DEVELOPMENT_CLIENT;
	// Its id stands for the document.
	const query = new URLSearchParams({ redirect_uri: redirectUri, scope: asked });
	const publicKeys = keys.map(({ jwk }) => ({ ...jwk, d: undefined, key_ops: ["verify"] }));
	const metadata: ClientMetadata = {
		...description,
		client_id: isDevelopment ? `${clientId}?${query}` : clientId,
		application_type: isDevelopment ? "native" : "web",
		redirect_uris: [redirectUri],
		response_types: ["code"],
		grant_types: ["authorization_code", "refresh_token"],
		scope: asked,
		dpop_bound_access_tokens: true,
		...(isDevelopment
			? { token_endpoint_auth_method: "none" }
			: {
					token_endpoint_auth_method: "private_key_jwt",
					token_endpoint_auth_signing_alg: "ES256",
					jwks: { keys: publicKeys },
				}),
	};
	// Without what is `undefined`, also in the keys.
	return JSON.parse(JSON.stringify(metadata));
}
