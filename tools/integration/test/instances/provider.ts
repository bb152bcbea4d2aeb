import { text } from "node:stream/consumers";
import { FakeProvider, type Recording, type UserAnswers } from "@oauth/testing";
import { countHeld, happens, setFault } from "./fault.ts";
import { forward } from "./forward.ts";
import { listenForTest } from "./listen.ts";

/**
 * Serves a provider at which every user says yes. The URL `https://github.com/login` of the real one is the path
 * `/github.com/login` here.
 *
 * @param responsesAbout returns the responses about a user, whom the browser's cookie names
 */
export async function serveProvider(
	recording: Recording,
	redirectUri: string,
	responsesAbout: (user: string) => UserAnswers,
): Promise<void> {
	const fake = new FakeProvider(recording, { clientId: "client", clientSecret: "secret", redirectUri });
	await fake.start();

	/** The test's own requests. */
	const commands: Record<string, (body: string) => unknown> = {
		"/fault": (body) => setFault(JSON.parse(body)),
		"/held": countHeld,
		"/close-idle-connections": () => server.closeIdleConnections(),
	};

	const server = await listenForTest(async (request, response) => {
		const url = `https:/${request.url}`;
		const command = commands[request.url ?? ""];
		if (command) {
			response.end(JSON.stringify(command(await text(request))));
		} else if (url.startsWith(`${recording.authorization.url}?`)) {
			// No fault happens to the user's browser: without a callback there would be nothing to test.
			const callback = fake.authorize(url, responsesAbout(request.headers.cookie ?? ""));
			response.writeHead(302, { location: callback.href }).end();
		} else if (!(await happens(request, response))) {
			forward(request, fake.addressOf(url), response);
		}
	});
}
