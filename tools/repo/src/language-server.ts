import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";
import { root } from "./workspace.ts";

interface Message {
	id?: number;
	method?: string;
	params?: unknown;
	result?: { contents: { value: string } };
}

/** Returns the text that an editor shows for each of these words of a TypeScript file. The file need not exist. */
export async function hover(file: string, text: string, words: string[]): Promise<string[]> {
	const server = spawn(`${root}node_modules/.bin/tsc`, ["--lsp", "--stdio"], {
		stdio: ["pipe", "pipe", "ignore"],
	});
	const waiting = new Map<number, (message: Message) => void>();
	const uri = pathToFileURL(file).href;
	let sent = 0;

	function write(message: Message): void {
		const body = JSON.stringify({ jsonrpc: "2.0", ...message });
		server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
	}
	function ask(method: string, params: unknown): Promise<Message> {
		const id = ++sent;
		write({ id, method, params });
		return new Promise((resolve) => waiting.set(id, resolve));
	}
	function take(message: Message): void {
		if (message.id === undefined) return;
		// A request of the server's own.
		if (message.method)
			write({ id: message.id, result: undefined, ...{ error: { code: -32601, message: "" } } });
		else waiting.get(message.id)?.(message);
	}

	let received = Buffer.alloc(0);
	server.stdout.on("data", (chunk: Buffer) => {
		received = Buffer.concat([received, chunk]);
		for (;;) {
			const header = /^Content-Length: (\d+)\r\n\r\n/.exec(received.toString("latin1"));
			const end = header ? header[0].length + Number(header[1]) : Number.POSITIVE_INFINITY;
			if (!header || received.length < end) return;
			take(JSON.parse(received.toString("utf8", header[0].length, end)));
			received = received.subarray(end);
		}
	});
	try {
		await ask("initialize", { processId: process.pid, rootUri: pathToFileURL(root).href, capabilities: {} });
		write({ method: "initialized", params: {} });
		write({
			method: "textDocument/didOpen",
			params: { textDocument: { uri, languageId: "typescript", version: 1, text } },
		});
		const shown: string[] = [];
		for (const word of words) {
			const before = text.slice(0, text.indexOf(word)).split("\n");
			const position = { line: before.length - 1, character: before.at(-1)?.length };
			const { result } = await ask("textDocument/hover", { textDocument: { uri }, position });
			shown.push(result?.contents.value ?? "");
		}
		return shown;
	} finally {
		server.kill();
	}
}
