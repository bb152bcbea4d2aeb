import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { temporaryFile } from "@oauth/test-kit/temporary-file";
import { generate } from "selfsigned";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const [, example = ""] = /```ts\n(\/\/ public-fetch\.ts\n[\s\S]*?)```/.exec(readme) ?? [];

/** A server over https on loopback, and the requests that it has received. */
let port: number;
let received: string[];
beforeEach(async () => {
	const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }]);
	received = [];
	const server = createServer({ key, cert }, async (request, response) => {
		received.push(`${request.method} ${request.url} ${request.headers["content-type"]}`);
		for await (const chunk of request) received.push(`${chunk}`);
		if (request.url === "/empty") response.writeHead(204).end();
		else response.writeHead(200, { "x-said": "hello" }).end(JSON.stringify({ ok: true }));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	port = (server.address() as AddressInfo).port;
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
});

/** Runs a program with this `publicFetch`, and returns what it prints. */
async function run(code: string, program: string): Promise<unknown> {
	const file = temporaryFile("public-fetch.mts");
	writeFileSync(file, `${code}\nconsole.log(JSON.stringify(await (${program})()));\nprocess.exit();\n`);
	const env = { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: "0" };
	const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", file], { env });
	return JSON.parse(stdout);
}

describe("the publicFetch of the README", () => {
	test("publicFetch reaches nothing in the server's own network", async () => {
		const urls = [
			`https://localhost:${port}/`,
			`https://127.0.0.1:${port}/`,
			`https://[::1]:${port}/`,
			`https://[::ffff:127.0.0.1]:${port}/`,
			`https://2130706433:${port}/`,
			`http://localhost:${port}/`,
			"https://169.254.169.254/latest/meta-data/",
		];
		const said = await run(
			example,
			`() => Promise.all(${JSON.stringify(urls)}.map((url) => publicFetch(url).then(() => "reached", (e) => e.message)))`,
		);
		expect(said).toEqual([
			"localhost is in a private network",
			"127.0.0.1 is an IP address, not a name",
			"[::1] is an IP address, not a name",
			"[::ffff:7f00:1] is an IP address, not a name",
			"127.0.0.1 is an IP address, not a name",
			expect.stringContaining('Protocol "http:" not supported'),
			"169.254.169.254 is an IP address, not a name",
		]);
		expect(received).toEqual([]);
	});

	test("publicFetch sends forms and reads responses as fetch does", async () => {
		// With loopback counted as the internet.
		const open = example.replace('internal.addSubnet("127.0.0.0", 8);', "");
		const said = await run(
			open.replace('publicIPv6.addSubnet("2000::", 3, "ipv6");', 'publicIPv6.addSubnet("::", 0, "ipv6");'),
			`async () => {
				const init = { method: "POST", body: new URLSearchParams({ code: "a b" }), redirect: "manual" };
				const posted = await publicFetch("https://localhost:${port}/token", init);
				const empty = await publicFetch("https://localhost:${port}/empty");
				const aborted = publicFetch("https://localhost:${port}/", { signal: AbortSignal.abort() });
				return [
					posted.status, posted.headers.get("x-said"), await posted.json(), empty.status, await empty.text(),
					await aborted.catch(({ name }) => name),
				];
			}`,
		);
		expect(said).toEqual([200, "hello", { ok: true }, 204, "", "AbortError"]);
		expect(received).toEqual([
			"POST /token application/x-www-form-urlencoded;charset=UTF-8",
			"code=a+b",
			"GET /empty undefined",
		]);
	});
});
