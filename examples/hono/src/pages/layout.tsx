import { html } from "hono/html";
import type { PropsWithChildren } from "hono/jsx";

/** The frame of every page. Pages are links and forms only, so none needs a script. */
export const Layout = ({ title, children }: PropsWithChildren<{ title: string }>) => html`<!doctype html>
${(
	<html lang="en">
		<head>
			<meta charset="utf-8" />
			<meta name="viewport" content="width=device-width, initial-scale=1" />
			<meta name="color-scheme" content="light dark" />
			<link rel="icon" href="/favicon.svg" type="image/svg+xml" />
			<link rel="stylesheet" href="/app.css" />
			<title>{title}</title>
		</head>
		<body>
			<main>{children}</main>
		</body>
	</html>
)}`;
