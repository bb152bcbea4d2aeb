import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import manifest from "./package.json" with { type: "json" };

// PostgreSQL's protocol: https://www.postgresql.org/docs/current/protocol-message-formats.html
const STARTUP = 3 << 16;
const CANCEL = 80877102;
const TERMINATE = "X".charCodeAt(0);
const READY_OUTSIDE_A_TRANSACTION = Buffer.of(0x5a, 0, 0, 0, 5, 0x49);

/**
 * Starts PostgreSQL in this process and its memory, for any number of clients, and returns its URL.
 *
 * PGlite has one session, so the clients take turns. A turn ends when the session is outside a transaction again, so that
 * no client gets between the messages of another client's query, or between the queries of its transaction.
 */
export async function startPostgres(): Promise<string> {
	const pglite = await createDatabase();
	const takeTurn = makeQueue();

	async function serve(socket: Socket): Promise<void> {
		let endTurn: (() => void) | undefined;
		try {
			for await (const message of readMessages(socket)) {
				endTurn ??= await takeTurn();
				const response = await pglite.execProtocolRaw(message);
				socket.write(response);
				if (READY_OUTSIDE_A_TRANSACTION.equals(response.subarray(-6))) {
					endTurn();
					endTurn = undefined;
				}
			}
		} finally {
			// The client disconnected during its turn.
			if (endTurn) await pglite.exec("ROLLBACK").finally(endTurn);
			socket.destroy();
		}
	}

	const server = createServer({ noDelay: true }, (socket) => {
		// The client notices when its connection breaks.
		serve(socket).catch(() => {});
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

/** Creates a database in memory. The first one takes seconds, so its files are kept for the others to start from. */
async function createDatabase(): Promise<PGlite> {
	const version = manifest.devDependencies["@electric-sql/pglite"];
	const kept = join(import.meta.dirname, ".demo", `empty-database-${version}.tar.gz`);
	if (existsSync(kept)) {
		const loadDataDir = new Blob([readFileSync(kept)], { type: "application/gzip" });
		return PGlite.create({ loadDataDir });
	}
	const pglite = await PGlite.create();
	const files = await pglite.dumpDataDir("gzip");
	mkdirSync(dirname(kept), { recursive: true });
	// Renamed when it is complete, because other processes may look for it now.
	const incomplete = `${kept}.${randomUUID()}`;
	writeFileSync(incomplete, Buffer.from(await files.arrayBuffer()));
	renameSync(incomplete, kept);
	return pglite;
}

/** Returns a function that waits for its turn, and resolves with the function that ends it. */
function makeQueue() {
	let last = Promise.resolve();
	return async () => {
		const { promise, resolve } = Promise.withResolvers<void>();
		const before = last;
		last = promise;
		await before;
		return resolve;
	};
}

/** Reads the messages for PGlite. */
async function* readMessages(socket: Socket): AsyncGenerator<Buffer> {
	let received = Buffer.alloc(0);
	let hasStarted = false;
	for await (const chunk of socket) {
		received = Buffer.concat([received, chunk]);
		for (;;) {
			// A message has a type, a length and content. Those before the startup have no type.
			const lengthAt = hasStarted ? 1 : 0;
			if (received.length < lengthAt + 4) break;
			const end = lengthAt + received.readInt32BE(lengthAt);
			if (received.length < end) break;
			const message = received.subarray(0, end);
			received = received.subarray(end);

			const code: number | undefined = hasStarted ? message[0] : message.readInt32BE(4);
			if (code === TERMINATE || code === CANCEL) return;
			if (hasStarted || code === STARTUP) yield message;
			else socket.write("N"); // Encryption is not supported.
			hasStarted ||= code === STARTUP;
		}
	}
}
