import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** What is wrong with a provider. */
export interface Fault {
	kind: "hangs" | "answers 500" | "resets";
	/** The connections that have it: with 1 every one, with 2 every second one. */
	every: number;
}

let fault: Fault | null = null;
/** Those that were used since the fault is there, in their order. */
let connections: Socket[] = [];
/** The requests that hang. */
let held: (() => void)[] = [];

/** From now on. What hangs is answered. */
export function setFault(next: Fault | null): void {
	fault = next;
	connections = [];
	for (const release of held) release();
	held = [];
}

export function countHeld(): number {
	return held.length;
}

/** Lets the fault happen to a request. Gives `true` where that was the end of it. */
export async function happens({ socket }: IncomingMessage, response: ServerResponse): Promise<boolean> {
	if (!fault) return false;
	if (!connections.includes(socket)) connections.push(socket);
	if ((connections.indexOf(socket) + 1) % fault.every > 0) return false;
	if (fault.kind === "hangs") {
		await new Promise<void>((resolve) => held.push(resolve));
		return false;
	}
	if (fault.kind === "resets") socket.resetAndDestroy();
	else response.writeHead(500).end("<h1>Internal Server Error</h1>");
	return true;
}
