import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { FakeProvider, type Recording } from "@oauth/testing";
import { addCancelButton } from "./cancel-button.ts";
import { client, type EmulatedProvider } from "./emulators.ts";
import { forward } from "./forward.ts";
import { close, listen } from "./listen.ts";
import type { Person } from "./people.ts";
import { signInPage } from "./sign-in-page.ts";

const DISCORD = "https://discord.com";
const AUTHORIZATION = "/oauth2/authorize";
const TOKEN = "/api/oauth2/token";
const REVOCATION = "/api/oauth2/token/revoke";
const USER = "/api/v10/users/@me";

const recording: Recording = {
	sources: ["https://docs.discord.com/developers/topics/oauth2"],
	authorization: { url: DISCORD + AUTHORIZATION, scope: "identify email", pkce: true, iss: DISCORD },
	token: {
		url: DISCORD + TOKEN,
		clientAuth: "client_secret_basic",
		answer: {
			access_token: "access-token",
			token_type: "Bearer",
			expires_in: 604800,
			scope: "identify email",
		},
	},
	revocation: { url: DISCORD + REVOCATION, method: "POST", clientAuth: "client_secret_basic", status: 200 },
	user: { [DISCORD + USER]: {} },
	id: { in: DISCORD + USER, path: "id" },
	profile: { id: "" },
	tokenError: {
		status: 400,
		answer: { error: "invalid_grant", error_description: 'Invalid "code" in request.' },
		providerError: "invalid_grant",
	},
};

/** Starts an emulated Discord: the fake provider of `@oauth/testing` behind a sign-in page. */
export async function emulateDiscord(origin: string, people: Person[]): Promise<EmulatedProvider> {
	const redirectUri = `${origin}/login/discord/callback`;
	const fake = new FakeProvider(recording, { clientId: client.id, clientSecret: client.secret, redirectUri });
	await fake.start();

	function showPage(url: URL, response: ServerResponse): void {
		const refusal = { method: "get", params: { error: "access_denied" } } as const;
		const html = addCancelButton(signInPage("Discord", people), url, redirectUri, refusal);
		response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
	}

	async function choose(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
		const login = new URLSearchParams(await text(request)).get("login");
		const index = people.findIndex((person) => person.login === login);
		try {
			const callback = fake.authorize(DISCORD + AUTHORIZATION + url.search, {
				[DISCORD + USER]: userResponse(people[index], index),
			});
			response.writeHead(302, { location: callback.href }).end();
		} catch {
			response.writeHead(400).end("The app is not registered for this request.");
		}
	}

	const server = createServer((request, response) => {
		const url = new URL(request.url ?? "/", DISCORD);
		if (url.pathname !== AUTHORIZATION) {
			// The fake provider has a path for each URL of the real one.
			const target = new URL(fake.addressOf(url.href));
			request.url = target.pathname;
			forward(Number(target.port), request, response);
		} else if (request.method === "POST") choose(url, request, response);
		else showPage(url, response);
	});
	const url = `http://127.0.0.1:${await listen(server)}`;
	return {
		url,
		env: { DISCORD_CLIENT_ID: client.id, DISCORD_CLIENT_SECRET: client.secret, DISCORD_URL: url },
		async close() {
			await Promise.all([close(server), fake.stop()]);
		},
	};
}

function userResponse(person: Person | undefined, index: number) {
	if (!person) throw new Error("no user was chosen");
	const { login, name, email, emailVerified = true } = person;
	return {
		id: `${80351110224678912n + BigInt(index)}`,
		username: login,
		global_name: name,
		discriminator: "0",
		avatar: null,
		email,
		verified: emailVerified,
	};
}
