import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { GET as callback } from "./callback.js";
import { GET as login } from "./login.js";

const routes = new Map([
	["/login/github", login],
	["/login/github/callback", callback],
]);

// As for many apps, https ends in front of the server.
const server = createServer(async (incoming, outgoing) => {
	const url = new URL(incoming.url ?? "/", "https://example.com");
	const request = new Request(url, { headers: { cookie: incoming.headers.cookie ?? "" } });
	const response = (await routes.get(url.pathname)?.(request)) ?? new Response(null, { status: 404 });
	outgoing.setHeaders(response.headers);
	outgoing.writeHead(response.status).end();
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
