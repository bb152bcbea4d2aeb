import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** A fault of a provider. */
export interface Fault {
	kind: "hangs" | "responds with 500" | "resets";
	/** With 1, every connection has the fault; with 2, every second one. */
	every: number;
}

let fault: Fault | null = null;
/** The connections that were used since the fault was set, in order. */
let connections: Socket[] = [];
/** Each releases a request that hangs. */
let held: (() => void)[] = [];

/** Sets the fault from now on, or removes it. Releases the requests that hang. */
export function setFault(next: Fault | null): void {
	fault = next;
	connections = [];
	for (const release of held) release();
	held = [];
}

export function countHeld(): number {
	return held.length;
}

/** Lets the fault happen to a request. Returns whether the request needs no other response. */
export async function happens({ socket }: IncomingMessage, response: ServerResponse): Promise<boolean> {
	if (!fault) return false;
	if (!connections.includes(socket)) connections.push(socket);
	if ((connections.indexOf(socket) + 1) % fault.every > 0) return false;
	if (fault.kind === "hangs") {
		await new Promise<void>((resolve) => held.push(resolve));
		// The client may have gone away.
		return response.closed;
	}
	if (fault.kind === "resets") socket.resetAndDestroy();
	else response.writeHead(500).end("<h1>Internal Server Error</h1>");
	return true;
}
