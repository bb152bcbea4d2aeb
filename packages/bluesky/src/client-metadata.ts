import type { Client } from "@oauth/core/provider";
import type { AppKey } from "./app-key.js";

/** The app's description for its users, in the terms of RFC 7591. */
export interface ClientDescription {
	client_name?: string | undefined;
	client_uri?: string | undefined;
	logo_uri?: string | undefined;
	tos_uri?: string | undefined;
	policy_uri?: string | undefined;
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

/** The client id of an app on a developer's machine, which cannot publish a document. */
export const DEVELOPMENT_CLIENT = "http://localhost";

/** Returns the client metadata document. @see https://atproto.com/specs/oauth#client-id-metadata-document */
export function describeClient(
	{ clientId, redirectUri = "", scope }: Client,
	keys: AppKey[],
	description: ClientDescription = {},
): ClientMetadata {
	const asked = [...new Set(scope)].join(" ");
	const isDevelopment = clientId === DEVELOPMENT_CLIENT;
	// In development the client id takes the place of the document.
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
	// Removes what is `undefined`, in the keys too.
	return JSON.parse(JSON.stringify(metadata));
}
