import { expect, test } from "vitest";
import { addCancelLink } from "../embedded/cancel-link.ts";

const html = "<main><form>Ada</form></main>";
const redirectUri = "https://app.example/callback";
const refusal = { error: "access_denied" };

function authorization(params: Record<string, string>) {
	return new URL(`http://127.0.0.1/authorize?${new URLSearchParams(params)}`);
}

test("leads back with the state", () => {
	expect(
		addCancelLink(html, authorization({ redirect_uri: redirectUri, state: "abc" }), redirectUri, refusal),
	).toMatch(
		/<\/form><a [^>]*href="https:\/\/app\.example\/callback\?error=access_denied&#38;state=abc">Cancel<\/a><\/main>$/,
	);
});

test("leads to nowhere but the registered address", () => {
	for (const redirect_uri of ["https://evil.example/callback", `${redirectUri}/other`, "javascript:1", ""])
		expect(addCancelLink(html, authorization({ redirect_uri }), redirectUri, refusal)).toBe(html);
});

test("lets no markup through", () => {
	const page = addCancelLink(
		html,
		authorization({ redirect_uri: redirectUri, state: `"><script>alert('1')</script>` }),
		redirectUri,
		refusal,
	);
	expect(page).not.toContain("<script");
	expect(page.match(/"/g)).toHaveLength(6);
});

test("leaves a page without people as it is", () => {
	const failure = "<main>Application not found</main>";
	expect(addCancelLink(failure, authorization({ redirect_uri: redirectUri }), redirectUri, refusal)).toBe(
		failure,
	);
});
