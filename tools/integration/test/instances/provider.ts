import { createHash, randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { countHeld, happens, setFault } from "./fault.ts";
import { listenForTest } from "./listen.ts";

/** What is particular about a provider. */
export interface Particulars {
	/** The parameters of its callbacks besides `code` and `state`. */
	callback?: Record<string, string>;
	/** Its token answer besides the access token. */
	answerToken(person: string, nonce: string | null): object | Promise<object>;
	/** What is at a path: for everybody, or for whoever has the access token of a person. */
	resources: Record<string, object | ((person: string) => object)>;
}

/** A provider at which a browser's cookie says who the person is, and everybody says yes. */
export async function serveProvider({ callback, answerToken, resources }: Particulars): Promise<void> {
	/** The authorization requests by their codes, and the people by their access tokens. */
	const grants = new Map<string, { person: string; asked: URLSearchParams }>();
	const people = new Map<string, string>();

	function authorize(asked: URLSearchParams, person: string): string {
		const code = randomUUID();
		grants.set(code, { person, asked });
		const params = new URLSearchParams({ ...callback, code, state: asked.get("state") ?? "" });
		return `${asked.get("redirect_uri")}?${params}`;
	}

	async function redeem(form: URLSearchParams): Promise<object | undefined> {
		const code = form.get("code") ?? "";
		const verifier = form.get("code_verifier") ?? "";
		const { person, asked } = grants.get(code) ?? {};
		grants.delete(code);
		const challenge = createHash("sha256").update(verifier).digest("base64url");
		if (!person || asked?.get("code_challenge") !== challenge) return undefined;
		const accessToken = randomUUID();
		people.set(accessToken, person);
		return { access_token: accessToken, ...(await answerToken(person, asked.get("nonce"))) };
	}

	function find(path: string, authorization = ""): object | undefined {
		const resource = resources[path];
		if (typeof resource !== "function") return resource;
		const person = people.get(authorization.replace("Bearer ", ""));
		return person ? resource(person) : undefined;
	}

	/** What the test says and asks. */
	const orders: Record<string, (body: string) => unknown> = {
		"/fault": (body) => setFault(JSON.parse(body)),
		"/held": countHeld,
		"/close-idle-connections": () => server.closeIdleConnections(),
	};

	const server = await listenForTest(async (request, response) => {
		const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
		const { authorization, cookie = "" } = request.headers;
		const body = await text(request);

		const order = orders[pathname];
		if (order) {
			response.end(JSON.stringify(order(body)));
		} else if (pathname === "/authorize") {
			// The person's browser always gets through: without a callback there would be nothing to see.
			response.writeHead(302, { location: authorize(searchParams, cookie) }).end();
		} else if (!(await happens(request, response))) {
			const answer =
				pathname === "/token" ? await redeem(new URLSearchParams(body)) : find(pathname, authorization);
			response.writeHead(answer ? 200 : 400, { "content-type": "application/json" });
			response.end(JSON.stringify(answer ?? { error: "invalid_request" }));
		}
	});
}
