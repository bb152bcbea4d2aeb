import { escapeHtml } from "./escape-html.ts";
import type { Person } from "./people.ts";

const STYLE = `
* { box-sizing: border-box; margin: 0 }
body { display: grid; min-height: 100vh; padding: 24px 16px; place-content: center; background: #000; color: #1a8c00; font: 14px / 1.45 system-ui, sans-serif }
main { width: min(420px, 100vw - 32px) }
h1 { margin-bottom: 4px; color: #33ff00; font: 600 18px monospace }
p { margin-bottom: 18px }
form { margin-bottom: 8px }
.user-btn { display: flex; align-items: center; gap: 12px; width: 100%; padding: 10px 12px; border: 1px solid #0a3300; border-radius: 8px; background: #000; color: inherit; cursor: pointer; font: inherit; text-align: left }
.user-btn:hover { border-color: #33ff00 }
.avatar { display: grid; flex: none; width: 36px; height: 36px; border-radius: 50%; background: #0a3300; color: #33ff00; font-weight: 600; place-items: center }
.user-login { display: block; color: #33ff00; font-weight: 600 }
.user-email { display: block; font-size: 12px }
`;

/** Returns a sign-in page on which the user chooses an account, in the style of the emulators' own pages. */
export function signInPage(provider: string, people: Person[]): string {
	const forms = people.map(
		({ login, name, email }) => `<form method="post">
<input type="hidden" name="login" value="${escapeHtml(login)}">
<button class="user-btn">
<span class="avatar" aria-hidden="true">${escapeHtml(login.slice(0, 1).toUpperCase())}</span>
<span><span class="user-login">${escapeHtml(login)}</span>${escapeHtml(name)}<span class="user-email">${escapeHtml(email)}</span></span>
</button>
</form>`,
	);
	return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Sign in with ${provider}</title>
<style>${STYLE}</style>
<main>
<h1>Sign in with ${provider}</h1>
<p>Sign in to <strong>Sign-in demo</strong> with a ${provider} account.</p>
${forms.join("\n")}
</main>
</html>
`;
}
