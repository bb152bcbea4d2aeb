/** Sends a request and returns the JSON of its response. */
export type Exchange = (url: string, request: RequestInit) => Promise<{ ok: boolean; body: unknown }>;

/** Trusts the provider to respond in time, with a body of reasonable size, and without a redirect. */
export const exchange: Exchange = async (url, request) => {
	const response = await fetch(url, request);
	return { ok: response.ok, body: await response.json() };
};
