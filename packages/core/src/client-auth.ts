import type { Client, ClientAuth } from "./definition.js";

/** Returns the `Authorization` header, or the form fields, that authenticate the client. */
export function authenticate(
	{ clientId = "", clientSecret = "", clientIdParam = "client_id" }: Partial<Client>,
	clientAuth: ClientAuth,
): { header?: string; form?: Record<string, string> } {
	if (clientAuth !== "client_secret_basic")
		return {
			form: { [clientIdParam]: clientId, ...(clientAuth !== "none" && { client_secret: clientSecret }) },
		};
	// Encoded before they are joined, so that a colon or a letter beyond Latin-1 survives. A space is `%20` and not `+`: a
	// server that decodes a form reads both, one that decodes a URL only this one.
	return { header: `Basic ${btoa([clientId, clientSecret].map(encodeURIComponent).join(":"))}` };
}
