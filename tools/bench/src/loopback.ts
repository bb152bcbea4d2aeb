import { Agent, setGlobalDispatcher } from "undici";

let requests = 0;

/** Sends every request of `fetch` to loopback, whatever URL it was meant for: those of the contenders are fixed. */
export function routeTo(origin: string): void {
	const agent = new Agent().compose((dispatch) => (options, handler) => {
		requests++;
		return dispatch({ ...options, origin }, handler);
	});
	setGlobalDispatcher(agent);
}

export function countRequests(): number {
	return requests;
}
