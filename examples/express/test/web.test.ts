import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import express from "express";
import { afterAll, expect, test } from "vitest";

process.env.ORIGIN = "https://app.example";
const { sendRedirect, toRequest } = await import("../src/web.ts");

const app = express();
const readForm = express.text({ type: "application/x-www-form-urlencoded" });
app.post("/login/apple/callback", readForm, async (incoming, outgoing) => {
	const made = toRequest(incoming);
	const { url, method, headers } = made;
	outgoing.send({ url, method, cookie: headers.get("cookie"), body: await made.text() });
});
app.get("/login/github", (_incoming, outgoing) => {
	outgoing.set("cache-control", "no-cache").cookie("link", "0");
	const headers = new Headers({ location: "https://github.example/?a=1&b=2", "cache-control": "no-store" });
	for (const cookie of ["flow=1; Path=/", "old=; Max-Age=0"]) headers.append("set-cookie", cookie);
	sendRedirect(outgoing, new Response(null, { status: 302, headers }));
});

const server = createServer(app).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
afterAll(() => server.close());

/** As it is: `fetch` would not send such a target. */
async function send(method: string, path: string, headers = {}, body = ""): Promise<IncomingMessage> {
	const outgoing = request({ port, host: "127.0.0.1", method, path, headers, agent: false }).end(body);
	const [answer] = await once(outgoing, "response");
	return answer;
}

test.each(["/login/apple/callback?a=1", "http://evil.example/login/apple/callback?a=1"])(
	"makes a request to this app's own origin of one to %s",
	async (target) => {
		const headers = {
			host: "evil.example",
			cookie: "a=1; b=2",
			"content-type": "application/x-www-form-urlencoded",
		};
		expect(await json(await send("POST", target, headers, "code=1&state=%26"))).toEqual({
			url: "https://app.example/login/apple/callback?a=1",
			method: "POST",
			cookie: "a=1; b=2",
			body: "code=1&state=%26",
		});
	},
);

test("makes each cookie a header of its own, beside those that are there", async () => {
	const answer = await send("GET", "/login/github");
	expect(answer.statusCode).toBe(302);
	expect(answer.headersDistinct).toMatchObject({
		location: ["https://github.example/?a=1&b=2"],
		"cache-control": ["no-store"],
		"set-cookie": ["link=0; Path=/", "flow=1; Path=/", "old=; Max-Age=0"],
	});
});
