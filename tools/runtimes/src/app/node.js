import { createServer } from "node:http";
import { handle } from "./app.js";

const server = createServer(async (incoming, outgoing) => {
	const response = await handle(incoming);
	for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
	outgoing.writeHead(response.status).end(await response.text());
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
