import { github } from "@oauth/github";
import { costOf, repeat } from "./cost.ts";
import { BROWSER_HEADERS, CLIENT, ORIGIN, redirectUriOf } from "./sign-in.ts";

export type Jar = keyof typeof JARS;

/** The calls in microseconds of CPU, for each round. */
export type Measured = Record<
	Jar,
	{ bytes: number; startSignIn: number[]; handleCallback: number[]; setCookies: number }
>;

const ROUNDS = 40;
const CALLS = 200;

/** Node's limit for all headers together. */
const MAX_BYTES = 16 * 1024;

/** The value of a flow's cookie: its start, and data that is never read here. */
const FLOW = `${Date.now().toString(36)}.${"eyJiaW5kaW5nIjoi".repeat(24)}`;

const JARS = {
	none: "",
	"like ours": fill((index) => `__Host-oauth.github.${`${index}`.padStart(16, "x")}=${FLOW}`),
	"of other providers": fill((index) => `__Host-oauth.p${index}.${`${index}`.padStart(16, "x")}=${FLOW}`),
	"as many as fit": fill((index) => `oauth.${index.toString(36)}=`),
	"without an age": fill((index) => `__Host-oauth.github.${index}=zzzzzzzzzz`),
	"of any age": fill(
		(index) => `oauth.${index.toString(36)}=${(Date.now() - ((index * 7919) % 600) * 1000).toString(36)}.`,
	),
};

function fill(cookie: (index: number) => string): string {
	let all = "";
	for (let index = 0; ; index++) {
		const next = all + (all && "; ") + cookie(index);
		if (next.length > MAX_BYTES) return all;
		all = next;
	}
}

const provider = github({ ...CLIENT, redirectUri: redirectUriOf("github") });
const jars = Object.entries(JARS) as [Jar, string][];
const measured = Object.fromEntries(
	jars.map(([jar, { length }]) => [
		jar,
		{ bytes: length, startSignIn: [], handleCallback: [], setCookies: 0 },
	]),
) as unknown as Measured;

// The first rounds warm the engine up.
for (let round = -10; round < ROUNDS; round++)
	for (const [jar, junk] of jars) {
		const visit = new Request(`${ORIGIN}/login`, { headers: { ...BROWSER_HEADERS, cookie: junk } });
		const { cookies, state } = await provider.startSignIn(visit);
		const query = new URLSearchParams({
			error: "access_denied",
			state,
			iss: "https://github.com/login/oauth",
		});
		const pair = `${cookies[0]?.name}=${cookies[0]?.value}`;
		const callback = new Request(`${redirectUriOf("github")}?${query}`, {
			headers: { ...BROWSER_HEADERS, cookie: [junk, pair].filter(Boolean).join("; ") },
		});
		const begin = await costOf(() => repeat(CALLS, 1, () => provider.startSignIn(visit)));
		const call = await costOf(() =>
			repeat(CALLS, 1, async () => {
				const { code } = await provider.handleCallback(callback).catch((error) => error);
				if (code !== "ACCESS_DENIED") throw new Error(`the callback ended in ${code}`);
			}),
		);
		measured[jar].setCookies = cookies.length;
		if (round < 0) continue;
		measured[jar].startSignIn.push(begin.cpuMicroseconds / CALLS);
		measured[jar].handleCallback.push(call.cpuMicroseconds / CALLS);
	}
process.send?.(measured);
