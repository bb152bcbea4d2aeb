import { runChild } from "./child.ts";
import type { Jar, Measured } from "./cookies-process.ts";
import { median, spread } from "./statistics.ts";
import { table } from "./table.ts";

/** Reports the cost of cookies that look like pending sign-ins, as many as fit into a server's limit for headers. */
export async function reportCookies(): Promise<string> {
	const measured = await runChild<Measured>("./cookies-process.ts");
	const rows = (Object.keys(measured) as Jar[]).map((jar) => {
		const { bytes, startSignIn, handleCallback, setCookies } = measured[jar];
		return [
			jar,
			`${bytes}`,
			spread(startSignIn, 1),
			extra(startSignIn, measured.none.startSignIn),
			spread(handleCallback, 1),
			extra(handleCallback, measured.none.handleCallback),
			`${setCookies}`,
		];
	});
	return [
		"## Cookies that look like sign-ins",
		"CPU in µs for each call. In the callback the user has declined, so it sends no request. The values are the median of the rounds, with the least and the most; `more` compares round by round.",
		table(["cookies", "bytes", "startSignIn", "more", "handleCallback", "more", "Set-Cookie"], rows),
	].join("\n\n");
}

/** Returns the median of the differences, each within one round. */
function extra(values: number[], others: number[]): string {
	return median(values.map((value, round) => value - (others[round] ?? 0))).toFixed(1);
}
