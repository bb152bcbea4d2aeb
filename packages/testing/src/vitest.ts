import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testAfterSignIn } from "./contract/after-sign-in.js";
import { testAuthorization } from "./contract/authorization.js";
import { createContext, type ProviderTestContext, type TestedProvider } from "./contract/context.js";
import { createContract } from "./contract/contract.js";
import { testFailures } from "./contract/failures.js";
import { testFlow } from "./contract/flow.js";
import { testOnlyTheId } from "./contract/only-the-id.js";
import { recordingProblems } from "./contract/recording-problems.js";
import { testSettings } from "./contract/settings.js";
import { testSignIn } from "./contract/sign-in.js";
import { testTokens } from "./contract/tokens.js";
import type { Recording } from "./recording.js";

export type { ProviderTestContext, SignInMore, TestedProvider } from "./contract/context.js";
export { type StoreTestOptions, testStore } from "./test-store.js";

/**
 * Tests a provider against the contract that every provider keeps, and runs the package's own tests beside it. Call it in a
 * test file of the package.
 *
 * @param provider the function that the package exports
 * @param recording the provider's documented requests and responses, from `test/recording.json`
 * @param ownTests defines the tests that are particular to this provider
 */
export function testProvider<Provider extends TestedProvider>(
	provider: Provider,
	recording: Recording,
	ownTests: (context: ProviderTestContext<Provider>) => void = () => {},
): void {
	const problems = recordingProblems(recording);
	// With such a recording, every other test would fail for the wrong reason.
	if (problems.length) {
		test("recording.json is complete", () => {
			expect.fail(problems.join("\n"));
		});
		return;
	}

	const context = createContext(provider, recording);
	const { fake } = context;
	beforeAll(() => fake.start());
	beforeEach(({ onTestFailed }) => {
		fake.reset();
		onTestFailed(() => {
			for (const { method, url, refusal } of fake.requests)
				if (refusal) console.error(`The fake provider refused ${method} ${url}: ${refusal}`);
		});
	});
	afterAll(() => fake.stop());

	describe("the contract", () => {
		const contract = createContract(provider, recording, context);
		testAuthorization(contract);
		testSignIn(contract);
		testOnlyTheId(contract);
		testFailures(contract);
		testFlow(contract);
		testAfterSignIn(contract);
		testTokens(contract);
		testSettings(contract);
	});
	ownTests(context);
}
