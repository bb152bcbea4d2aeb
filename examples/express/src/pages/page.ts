import { type Html, html } from "../html.ts";

/** Returns a page with this content. */
export function page(title: string, content: Html): string {
	const { markup } = html`<!doctype html>
<html lang="en">
	<head>
		<meta charset="utf-8">
		<meta name="viewport" content="width=device-width, initial-scale=1">
		<meta name="color-scheme" content="light dark">
		<title>${title}</title>
		<link rel="icon" href="/favicon.svg" type="image/svg+xml">
		<link rel="stylesheet" href="/app.css">
	</head>
	<body>
		<main>
			<section class="card">${content}</section>
		</main>
	</body>
</html>
`;
	return markup;
}
