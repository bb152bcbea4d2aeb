import { escapeHtml } from "./escape-html.ts";

/** How the real provider responds when the user cancels. */
export interface Refusal {
	method: "get" | "post";
	params: Record<string, string>;
}

/**
 * Adds to an emulator's sign-in page a button that cancels, which it lacks. The button leads to the registered redirect
 * URI, whatever the request asks for.
 */
export function addCancelButton(
	html: string,
	authorization: URL,
	redirectUri: string,
	{ method, params }: Refusal,
): string {
	const end = html.lastIndexOf("</form>") + "</form>".length;
	if (authorization.searchParams.get("redirect_uri") !== redirectUri || end < "</form>".length) return html;
	const state = authorization.searchParams.get("state");
	const fields = Object.entries({ ...params, ...(state && { state }) }).map(
		([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
	);
	const button = `<button class="user-btn" style="justify-content:center;color:#33ff00">Cancel</button>`;
	const form = `<form method="${method}" action="${escapeHtml(redirectUri)}" style="margin-top:20px">${fields.join("")}${button}</form>`;
	return html.slice(0, end) + form + html.slice(end);
}
