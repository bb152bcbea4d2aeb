import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import type { Results } from "../src/bench.ts";
import { report } from "../src/report.ts";
import { PROVIDERS, type Provider } from "../src/sign-in.ts";

const STATE = ["state"];
const PKCE = ["state", "code_challenge"];
const NONCE = ["state", "code_challenge", "nonce"];

/** What protects a sign-in, and the requests of its callback. One that does less than here is no longer the same. */
const WORK: Record<Provider, Record<string, [protections: string[], requests: number]>> = {
	github: {
		"@oauth": [PKCE, 3],
		"hand-written": [PKCE, 3],
		"arctic@3.7.0": [STATE, 3],
		"openid-client@6.8.9": [PKCE, 3],
		"@auth/core@0.41.3": [PKCE, 3],
		"better-auth@1.7.25": [PKCE, 3],
		"@lucia-auth/oauth@3.5.3": [STATE, 3],
	},
	google: {
		"@oauth": [NONCE, 1],
		"hand-written": [NONCE, 1],
		"arctic@3.7.0": [PKCE, 1],
		"openid-client@6.8.9": [NONCE, 1],
		"@auth/core@0.41.3": [NONCE, 2],
		"better-auth@1.7.25": [PKCE, 1],
		"@lucia-auth/oauth@3.5.3": [STATE, 2],
	},
};

let results: Results;

// The run ends in an error when a callback does, or gives back another person than the one who signed in.
beforeAll(async () => {
	const main = fileURLToPath(import.meta.resolve("../src/main.ts"));
	const { stdout } = await promisify(execFile)(process.execPath, [main, "--quick", "--json"]);
	results = JSON.parse(stdout);
}, 120_000);

describe.each(PROVIDERS)("in a quick run with %s", (provider) => {
	test("every contender signs the person in, and does for it what it is compared for", () => {
		const work = results[provider].map(({ contender, samples }) => [
			contender,
			...samples.map(({ protections, requestsPerCallback }) => [protections, requestsPerCallback]),
		]);
		expect(work).toEqual(Object.entries(WORK[provider]));
	});

	test("every contender has a size", () => {
		for (const { contender, size } of results[provider]) {
			expect(size.web, contender).toBeGreaterThan(1000);
			expect(size.node, contender).toBeGreaterThan(1000);
		}
	});

	test("the report compares all contenders with ours", () => {
		const section = report(results)
			.split("## ")
			.find((text) => text.startsWith(`A sign-in with ${provider}\n`));
		for (const name of Object.keys(WORK[provider])) expect(section?.split(`| ${name} `).length, name).toBe(3);
		expect(section).toMatch(/^\| @oauth +\| +1\.00 \| +1\.00 \| +– \| +– \|( +1\.00 \|){5}$/m);
	});
});
