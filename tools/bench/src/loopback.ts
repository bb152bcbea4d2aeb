import { Agent, setGlobalDispatcher } from "undici";

let requests = 0;

/** Sends every request of `fetch` to this origin, whatever its URL: the contenders' URLs can't be changed. */
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
