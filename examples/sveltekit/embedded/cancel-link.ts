/** What the real provider says when the person says no. */
export type Refusal = Record<string, string>;

/**
 * Adds what an emulator's sign-in page lacks: a way to say no. It leads to the one address that is registered,
 * whatever the request asks for.
 */
export function addCancelLink(
	html: string,
	authorization: URL,
	redirectUri: string,
	refusal: Refusal,
): string {
	const end = html.lastIndexOf("</form>") + "</form>".length;
	if (authorization.searchParams.get("redirect_uri") !== redirectUri || end < "</form>".length) return html;
	const answer = new URL(redirectUri);
	const state = authorization.searchParams.get("state");
	for (const [name, value] of Object.entries({ ...refusal, ...(state && { state }) }))
		answer.searchParams.set(name, value);
	const link = `<a class="user-btn" style="justify-content:center;margin-top:20px;color:#33ff00;text-decoration:none" href="${escapeHtml(answer.href)}">Cancel</a>`;
	return html.slice(0, end) + link + html.slice(end);
}

function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
