import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));

interface Result {
	ancestorTitles: string[];
	title: string;
	status: string;
	failureMessages: string[];
}

/** Runs a program with this Node, and returns its output, whatever it ends in. */
async function run(...args: string[]): Promise<{ stdout: string; stderr: string; code?: number }> {
	// A test runner in a test runner has to think that it is the only one.
	const env = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_TEST|NODE_OPTIONS)/.test(name));
	return promisify(execFile)(process.execPath, args, { cwd: root, env: Object.fromEntries(env) }).catch(
		(error) => error,
	);
}

describe("the contract", () => {
	let results: Result[] = [];
	let stderr = "";
	beforeAll(async () => {
		const folder = mkdtempSync(join(tmpdir(), "contract-"));
		const report = join(folder, "report.json");
		const output = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
		const config = ["--config", "packages/testing/test/faults.config.ts"];
		({ stderr } = await run("node_modules/vitest/vitest.mjs", "run", ...config, ...output));
		const { testResults } = JSON.parse(readFileSync(report, "utf8"));
		results = testResults.flatMap(({ assertionResults }: { assertionResults: Result[] }) => assertionResults);
		rmSync(folder, { recursive: true });
	}, 120_000);

	/** The tests that fail, by their titles, with what they say. */
	function failuresOf(provider: string): Record<string, string> {
		const failed = results.filter(
			({ ancestorTitles, status }) => ancestorTitles[0] === provider && status === "failed",
		);
		return Object.fromEntries(failed.map(({ title, failureMessages }) => [title, failureMessages.join()]));
	}

	test("passes for a provider without a fault, own tests included", () => {
		expect(failuresOf("no fault")).toEqual({});
		const passed = results.filter(({ ancestorTitles }) => ancestorTitles[0] === "no fault");
		expect(passed.length).toBeGreaterThan(25);
		expect(passed.map(({ status }) => status)).toEqual(passed.map(() => "passed"));
	});

	test("says what an empty recording lacks, and nothing else", () => {
		const { "recording.json is complete": problems = "", ...others } = failuresOf("an empty recording");
		expect(others).toEqual({});
		for (const problem of ["sources is empty", "authorization.url is empty", "profile.id is empty"])
			expect(problems).toContain(`recording.json: ${problem}`);
	});

	test("finds the parts of a response that can refuse a user, and those that vouch for too much", () => {
		const failures = failuresOf("faults in what is read");
		expect(failures).toEqual({
			"only the id can refuse a user: anything else may be missing, null or of another type":
				expect.stringMatching(
					/with null as avatar: acme: INVALID_PROFILE.*with 7 as 0\.verified: the e-mail address becomes verified/s,
				),
			"a response without a valid id is nobody's": expect.stringContaining("the user's id becomes wile"),
			"an e-mail address is verified by true and not verified by false, also as text, and by nothing else":
				expect.any(String),
			"a request without a response ends at the timeout, and says so": expect.any(String),
			"a request about the user that fails without the id in it only makes the profile poorer":
				expect.any(String),
		});
	});

	test("finds a scope that no setting leaves out, a grant whose end is taken for an outage, and another request", () => {
		expect(Object.keys(failuresOf("faults in what is sent"))).toEqual([
			"the e-mail address is asked for as the setting says, and by default as recorded",
			"a grant that is no longer valid is told from an outage: the user has to sign in again",
			"a token is revoked by the documented request",
		]);
	});

	test("finds a token in an error", () => {
		expect(failuresOf("faults in an error")).toEqual({
			"a response without a valid id is nobody's": expect.stringContaining("not to contain"),
		});
	});

	test("finds a recorded response that is never asked for", () => {
		expect(failuresOf("a recorded response that is not asked for")).toHaveProperty([
			"a sign-in ends in the documented profile, with no request more than needed",
		]);
	});

	test("gives the reason of the fake provider's refusal where a test fails", () => {
		expect(Object.keys(failuresOf("an own test that fails"))).toEqual([
			"the report has the reason of the provider's refusal",
		]);
		expect(stderr).toContain(
			"The fake provider refused POST https://acme.example/token: the client is not authenticated by client_secret_basic",
		);
	});
});

test("the fake provider runs under Node's own test runner, without vitest", async () => {
	const { stdout, code } = await run("--test", "packages/testing/test/fake-provider.node.ts");
	expect(code, stdout).toBeUndefined();
	expect(stdout).toMatch(/pass 2\n.*fail 0\n/s);
});
