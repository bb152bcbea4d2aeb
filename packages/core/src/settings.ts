/** Says what is wrong with a setting that has to be a URL. Returns `undefined` for one that is right or not set. */
export function urlProblem(url: string | undefined): string | undefined {
	return url === undefined || (/^https?:\/\//i.test(url) && URL.canParse(url))
		? undefined
		: "must be a URL that begins with https://";
}

/** Says what is wrong with a setting that is sent as a header. Returns `undefined` for one that is right or not set. */
export function headerProblem(value: string | undefined): string | undefined {
	return value === undefined || /^[\x20-\x7e\xa0-\xff]*$/.test(value)
		? undefined
		: "has a character that a header can't have";
}

/**
 * Returns the URL of a server in one spelling, without a slash at the end, because it becomes a part of the user's id. A
 * wrong one, which `urlProblem` refuses before it is used, becomes `https://-`.
 */
export function normalizeUrl(url: string | undefined): string {
	const { origin, pathname } = new URL(!url || urlProblem(url) ? "https://-" : url);
	return origin + pathname.replace(/(?<!\/)\/+$/, "");
}
