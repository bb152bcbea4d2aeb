import { expect, test } from "vitest";
import { addCancelButton, type Refusal } from "../src/cancel-button.ts";

const html = "<main><form>Ada</form></main>";
const redirectUri = "https://app.example/callback";
const refusal: Refusal = { method: "get", params: { error: "access_denied" } };

function authorization(params: Record<string, string>) {
	return new URL(`http://127.0.0.1/authorize?${new URLSearchParams(params)}`);
}

test.each(["get", "post"] as const)(
	"the cancel button returns to the app with the state, by %s",
	(method) => {
		const page = addCancelButton(
			html,
			authorization({ redirect_uri: redirectUri, state: "abc" }),
			redirectUri,
			{
				...refusal,
				method,
			},
		);
		expect(page).toContain(`</form><form method="${method}" action="${redirectUri}"`);
		expect(page).toMatch(
			/name="error" value="access_denied">.*name="state" value="abc">.*>Cancel<\/button><\/form><\/main>$/,
		);
	},
);

test("a page has no cancel button for an unregistered redirect URI", () => {
	for (const redirect_uri of ["https://evil.example/callback", `${redirectUri}/other`, "javascript:1", ""])
		expect(addCancelButton(html, authorization({ redirect_uri }), redirectUri, refusal)).toBe(html);
});

test("the cancel button's form escapes the state", () => {
	const page = addCancelButton(
		html,
		authorization({ redirect_uri: redirectUri, state: `"><script>alert('1')</script>` }),
		redirectUri,
		refusal,
	);
	expect(page).not.toContain("<script");
	expect(page).toContain(
		'value="&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;"><button class="user-btn"',
	);
});

test("a page without accounts has no cancel button", () => {
	const failure = "<main>Application not found</main>";
	expect(addCancelButton(failure, authorization({ redirect_uri: redirectUri }), redirectUri, refusal)).toBe(
		failure,
	);
});
