import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { avatar } from "./avatar.ts";
import { addCancelButton, type Refusal } from "./cancel-button.ts";
import { forward } from "./forward.ts";

export interface ProxyOptions {
	/** Where the emulator listens. */
	port: number;
	authorizationPath: string;
	redirectUri: string;
	refusal: Refusal;
}

/** Creates a proxy in front of an emulator that adds what the emulator lacks: pictures, and a button that cancels. */
export function createProxy({ port, authorizationPath, redirectUri, refusal }: ProxyOptions): Server {
	return createServer((incoming, outgoing) => {
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
		} else {
			forward(port, incoming, outgoing);
		}
	});
}
