import { createServer } from "node:http";
import { Readable } from "node:stream";
import { answer } from "./app.js";

const server = createServer(async (incoming, outgoing) => {
	const { method, headers } = incoming;
	const body = method === "POST" ? Readable.toWeb(incoming) : null;
	const request = new Request(`http://localhost${incoming.url}`, { method, headers, body, duplex: "half" });
	const response = await answer(request);
	for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
	outgoing.writeHead(response.status).end(await response.text());
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
