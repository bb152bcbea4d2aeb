import type { Client } from "./definition.js";

/** How the token endpoint knows the app. @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 */
export type ClientAuth = "client_secret_basic" | "client_secret_post" | "none";

/** The `Authorization` header, or the form's fields, that say which app is asking. */
export function authenticate(
	{ clientId, clientSecret, clientIdParam = "client_id" }: Client,
	clientAuth: ClientAuth,
): { header?: string; form?: Record<string, string> } {
	if (clientAuth !== "client_secret_basic")
		return {
			form: { [clientIdParam]: clientId, ...(clientAuth !== "none" && { client_secret: clientSecret }) },
		};
	// Form-encoded before they are joined, so that a colon or a letter beyond Latin-1 survives.
	const [id, secret] = [clientId, clientSecret].map((text) =>
		encodeURIComponent(text).replaceAll("%20", "+"),
	);
	return { header: `Basic ${btoa(`${id}:${secret}`)}` };
}
