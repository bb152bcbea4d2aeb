import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { avatar } from "./avatar.ts";
import { addCancelButton, type Refusal } from "./cancel-button.ts";
import { forward } from "./forward.ts";
import type { Intercept } from "./github-tokens.ts";

export interface ProxyOptions {
	/** Where the emulator listens. */
	port: number;
	authorizationPath: string;
	redirectUri: string;
	refusal: Refusal;
	/** Responds to some requests in place of the emulator. */
	intercept?: Intercept | undefined;
}

/** Creates a proxy in front of an emulator that adds what the emulator lacks: pictures, and a button that cancels. */
export function createProxy({
	port,
	authorizationPath,
	redirectUri,
	refusal,
	intercept,
}: ProxyOptions): Server {
	async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const url = new URL(incoming.url ?? "/", "http://localhost");
		const [, login] = /^\/avatars\/u\/([^/]+)$/.exec(url.pathname) ?? [];
		if (login) {
			outgoing.setHeader("content-type", "image/svg+xml").end(avatar(login));
		} else if (url.pathname === authorizationPath) {
			forward(port, incoming, outgoing, async (response) => {
				const html = addCancelButton(await text(response), url, redirectUri, refusal);
				outgoing.removeHeader("content-length");
				outgoing.end(html);
			});
		} else if (!(await intercept?.(incoming, outgoing))) {
			forward(port, incoming, outgoing);
		}
	}

	return createServer((incoming, outgoing) => {
		respond(incoming, outgoing).catch(() => outgoing.headersSent || outgoing.writeHead(502).end());
	});
}
