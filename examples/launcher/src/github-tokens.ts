import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** Responds to a request in place of the emulator, and tells whether it did. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/**
 * Refuses tokens that are no longer valid, and revokes them for the app. The emulator can do neither: it takes a token that
 * it doesn't know for one of its first user.
 */
export function checkTokens(port: number, client: { id: string; secret: string }): Intercept {
	const app = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}`;
	/** Whose the tokens were when they were first used. */
	const owners = new Map<string, string | undefined>();

	async function isValid(token: string): Promise<boolean> {
		const headers = { authorization: `Bearer ${token}` };
		const response = await fetch(`http://127.0.0.1:${port}/user`, { headers });
		const { login } = (await response.json()) as { login?: string };
		if (!owners.has(token)) owners.set(token, login);
		return owners.get(token) === login;
	}

	/** @see https://docs.github.com/rest/apps/oauth-applications#delete-an-app-token */
	async function revoke(request: IncomingMessage): Promise<number> {
		const { access_token: token } = JSON.parse(await text(request));
		if (request.headers.authorization !== app || !(await isValid(token))) return 404;
		owners.set(token, undefined);
		return 204;
	}

	return async (request, response) => {
		if (request.method === "DELETE" && request.url === `/applications/${client.id}/token`) {
			response.writeHead(await revoke(request)).end();
			return true;
		}
		const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
		if (!token || (await isValid(token))) return false;
		response.writeHead(401, { "content-type": "application/json" });
		response.end(JSON.stringify({ message: "Bad credentials" }));
		return true;
	};
}
