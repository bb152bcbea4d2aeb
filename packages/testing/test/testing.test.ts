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

/** Runs this Node with arguments, and returns its output and its exit code, even if it fails. */
async function run(...args: string[]): Promise<{ stdout: string; stderr: string; code?: number }> {
	// A test runner inside a test runner must not see the outer one's variables.
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

	/** Returns the messages of the tests that fail, by title. */
	function failuresOf(provider: string): Record<string, string> {
		const failed = results.filter(
			({ ancestorTitles, status }) => ancestorTitles[0] === provider && status === "failed",
		);
		return Object.fromEntries(failed.map(({ title, failureMessages }) => [title, failureMessages.join()]));
	}

	test("the contract passes for a correct provider with tests of its own", () => {
		expect(failuresOf("no fault")).toEqual({});
		const passed = results.filter(({ ancestorTitles }) => ancestorTitles[0] === "no fault");
		expect(passed.length).toBeGreaterThan(25);
		expect(passed.map(({ status }) => status)).toEqual(passed.map(() => "passed"));
	});

	test("an empty recording fails one test, which lists what is missing", () => {
		const { "recording.json is complete": problems = "", ...others } = failuresOf("an empty recording");
		expect(others).toEqual({});
		for (const problem of ["sources is empty", "authorization.url is empty", "profile.id is empty"])
			expect(problems).toContain(`recording.json: ${problem}`);
	});

	test("the contract finds parts of a response that wrongly refuse a user or verify an e-mail address", () => {
		const failures = failuresOf("faults in reading responses");
		expect(failures).toEqual({
			"the sign-in succeeds if anything but the user's id is missing, null or of another type":
				expect.stringMatching(
					/with null as avatar: acme: INVALID_PROFILE.*with 7 as 0\.verified: the e-mail address becomes verified/s,
				),
			"the sign-in fails with an OAuthError if the response has no valid user id": expect.stringContaining(
				"the user's id becomes wile",
			),
			"emailVerified is true or false if the provider sends that boolean or its text, and absent otherwise":
				expect.any(String),
			"a request without a response ends at the timeout, and the message says so": expect.any(String),
			"the sign-in succeeds if any other request about the user fails, and failedRequests has the error":
				expect.any(String),
		});
	});

	test("the contract finds a scope that email: false keeps, an invalid grant taken for an outage, and a wrong revocation", () => {
		expect(Object.keys(failuresOf("faults in requests"))).toEqual([
			"the setting email decides whether the e-mail scope is sent, and its default is the recorded one",
			"refreshTokens fails with INVALID_GRANT for an invalid refresh token, and with FAILED_REQUEST in an outage",
			"revokeToken sends the documented request: RFC 7009's, or that of the definition's revocationRequest",
			"a vault keeps the tokens of a session, and disconnects the account",
			"a vault refreshes tokens once for all callers, and asks about a grant that is dead once",
		]);
	});

	test("the contract passes for a provider with words of its own", () => {
		expect(failuresOf("words of its own")).toEqual({});
	});

	test.each([
		["endpoints.refresh", /^refreshTokens returns the documented tokens/],
		["accessDeniedErrors", /^a refusal by the user is ACCESS_DENIED/],
		["tokenRequestBody", /^the authorization code is redeemed in one request/],
		["toTokenRequest", /^the authorization code is redeemed in one request/],
		["toTokenResponse", /^the authorization code is redeemed in one request/],
	])("the contract finds a definition without the %s that the recording has", (field, title) => {
		const failed = Object.keys(failuresOf(`words of its own without ${field}`));
		expect(failed).toContainEqual(expect.stringMatching(title));
	});

	test("the contract finds a token in an error", () => {
		expect(failuresOf("a fault in an error")).toEqual({
			"the sign-in fails with an OAuthError if the response has no valid user id":
				expect.stringContaining("not to contain"),
		});
	});

	test("the contract finds a recorded response that is never requested", () => {
		expect(failuresOf("a recorded response that is not requested")).toHaveProperty([
			"a sign-in returns the documented profile, and sends each documented request once and no other",
		]);
	});

	test("a failed test prints why the fake provider refused a request", () => {
		expect(Object.keys(failuresOf("an own test that fails"))).toEqual([
			"the failure report says why the fake provider refused a request",
		]);
		expect(stderr).toContain(
			"The fake provider refused POST https://acme.example/token: the client did not authenticate by client_secret_basic",
		);
	});
});

test("the fake provider runs under Node's own test runner, without vitest", async () => {
	const { stdout, code } = await run("--test", "packages/testing/test/fake-provider.node.ts");
	expect(code, stdout).toBeUndefined();
	expect(stdout).toMatch(/pass 2\n.*fail 0\n/s);
});
