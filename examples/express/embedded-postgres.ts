import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { PGlite } from "@electric-sql/pglite";

// Of PostgreSQL's protocol: https://www.postgresql.org/docs/current/protocol-message-formats.html
const STARTUP = 3 << 16;
const CANCEL = 80877102;
const TERMINATE = "X".charCodeAt(0);
const READY_OUTSIDE_A_TRANSACTION = Buffer.of(0x5a, 0, 0, 0, 5, 0x49);

/**
 * PostgreSQL in this process and its memory, for any number of clients. Returns its URL.
 *
 * PGlite has one session, which the clients take turns at. A turn ends when the session is outside a transaction again,
 * so no client gets in between another's messages of one query, or its queries of one transaction.
 */
export async function startPostgres(): Promise<string> {
	const pglite = await PGlite.create();
	const takeTurn = makeQueue();

	async function serve(socket: Socket): Promise<void> {
		let endTurn: (() => void) | undefined;
		try {
			for await (const message of readMessages(socket)) {
				endTurn ??= await takeTurn();
				const answer = await pglite.execProtocolRaw(message);
				socket.write(answer);
				if (READY_OUTSIDE_A_TRANSACTION.equals(answer.subarray(-6))) {
					endTurn();
					endTurn = undefined;
				}
			}
		} finally {
			// The client is gone in the middle of its turn.
			if (endTurn) await pglite.exec("ROLLBACK").finally(endTurn);
			socket.destroy();
		}
	}

	const server = createServer({ noDelay: true }, (socket) => {
		// A connection that breaks is the client's to notice.
		serve(socket).catch(() => {});
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

/** Each call waits until all before it have called what they got. */
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

/** The messages that PGlite is to answer. */
async function* readMessages(socket: Socket): AsyncGenerator<Buffer> {
	let received = Buffer.alloc(0);
	let hasStarted = false;
	for await (const chunk of socket) {
		received = Buffer.concat([received, chunk]);
		for (;;) {
			// Each has a type, a length and a content. Those before the start have no type.
			const lengthAt = hasStarted ? 1 : 0;
			if (received.length < lengthAt + 4) break;
			const end = lengthAt + received.readInt32BE(lengthAt);
			if (received.length < end) break;
			const message = received.subarray(0, end);
			received = received.subarray(end);

			const code: number | undefined = hasStarted ? message[0] : message.readInt32BE(4);
			if (code === TERMINATE || code === CANCEL) return;
			if (hasStarted || code === STARTUP) yield message;
			else socket.write("N"); // No encryption.
			hasStarted ||= code === STARTUP;
		}
	}
}
