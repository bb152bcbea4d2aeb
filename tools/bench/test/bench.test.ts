import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { CONTENDERS } from "../src/contenders.ts";
import { reportSignIns } from "../src/report.ts";
import { PROVIDERS, type Provider } from "../src/sign-in.ts";
import type { Result } from "../src/sign-ins.ts";
import { reportSizes } from "../src/sizes.ts";
import { median, ratios, spread } from "../src/statistics.ts";

const STATE = ["state"];
const PKCE = ["state", "code_challenge"];
const NONCE = ["state", "code_challenge", "nonce"];

/** The protections of each sign-in, and the requests of its callback: with fewer of them the numbers can't be compared. */
const WORK: Record<Provider, Record<string, [protections: string[], requests: number]>> = {
	github: {
		"hand-written": [PKCE, 3],
		"with limits": [PKCE, 3],
		"@oauth": [PKCE, 3],
		"arctic@3.7.0": [STATE, 3],
		"openid-client@6.8.9": [PKCE, 3],
		"@auth/core@0.41.3": [PKCE, 3],
		"better-auth@1.7.25": [PKCE, 3],
		"@lucia-auth/oauth@3.5.3": [STATE, 3],
	},
	google: {
		"hand-written": [NONCE, 1],
		"with limits": [NONCE, 1],
		"@oauth": [NONCE, 1],
		"arctic@3.7.0": [PKCE, 1],
		"openid-client@6.8.9": [NONCE, 1],
		"@auth/core@0.41.3": [NONCE, 2],
		"better-auth@1.7.25": [PKCE, 1],
		"@lucia-auth/oauth@3.5.3": [STATE, 2],
	},
};

let results: Record<Provider, Result[]>;

// The run fails if a callback fails or returns another user than the one who signed in.
beforeAll(async () => {
	const main = fileURLToPath(import.meta.resolve("../src/main.ts"));
	const { stdout } = await promisify(execFile)(process.execPath, [main, "sign-ins", "--quick", "--json"]);
	results = JSON.parse(stdout);
}, 120_000);

describe.each(PROVIDERS)("%s", (provider) => {
	test(`every contender signs in with ${provider}, with the expected protections and number of requests`, () => {
		const work = results[provider].map(({ contender, rounds }) => [
			contender,
			...rounds.map(({ protections, turns }) => [protections, turns[0]?.requestsPerCallback]),
		]);
		expect(work).toEqual(Object.entries(WORK[provider]));
	});

	test(`every contender has a size for ${provider}`, () => {
		for (const { contender, size } of results[provider]) {
			expect(size.web, contender).toBeGreaterThan(1000);
			expect(size.node, contender).toBeGreaterThan(1000);
		}
	});

	test(`reportSignIns compares all contenders with hand-written code for ${provider}`, () => {
		const plan = { rounds: 1, turns: 1, signIns: 5, warmUp: 5, install: false };
		const report = reportSignIns(provider, plan, results[provider]);
		for (const { name } of CONTENDERS) expect(report.split(name).length, name).toBeGreaterThan(3);
		expect(report).toMatch(/^\| hand-written +\| +\d+ \| +1\.00 \| +\d+ \| +1\.00 \| +\d+ \| +\d \|$/m);
	});
});

test("ratios compares turns pair by pair, so that a slow moment of the machine cancels out", () => {
	expect(spread(ratios([10, 100, 30], [10, 50, 20]), 2)).toBe("1.50 (1.00–2.00)");
	expect(median([3, 1, 2, 10])).toBe(2.5);
});

test("reportSizes lists each source file", async () => {
	const report = await reportSizes();
	for (const file of ["github/dist/index.js", "core/dist/flow.js", "oidc/dist/id-token.js", "jose/dist"])
		expect(report).toContain(`| ${file}`);
	expect(report).not.toContain("node_modules");
});
