import { runChild } from "./child.ts";
import type { Jar, Measured } from "./cookies-process.ts";
import { median, spread } from "./statistics.ts";
import { table } from "./table.ts";

/** Reports what cookies cost that look like pending sign-ins, as many as a server's limit for headers lets through. */
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
		"CPU in µs for each call; the callback is one that the user declined, so that it asks nobody. The median of the rounds, with the least and the most; `more` is taken round by round.",
		table(["cookies", "bytes", "startSignIn", "more", "handleCallback", "more", "Set-Cookie"], rows),
	].join("\n\n");
}

/** Returns the median of what one costs more than the other in the same round. */
function extra(values: number[], others: number[]): string {
	return median(values.map((value, round) => value - (others[round] ?? 0))).toFixed(1);
}
