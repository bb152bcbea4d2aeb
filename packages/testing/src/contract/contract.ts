import type { OAuthProvider } from "@oauth/core";
import { FakeProvider } from "../fake-provider.js";
import type { Recording } from "../recording.js";
import { createContext, type ProviderTestContext, type TestedProvider } from "./context.js";

/** The tools for the tests of the contract: those of a package's own tests, and the package itself. */
export interface Contract extends ProviderTestContext<TestedProvider> {
	provider: TestedProvider;
	recording: Recording;
	/** The URLs of the responses about the user without the id. */
	otherUrls: string[];
	/** Runs `work` for all cases concurrently, each with its own fake provider. */
	forEach<Case>(cases: Iterable<Case>, work: (context: Context, one: Case) => Promise<void>): Promise<void>;
}

export type Context = ProviderTestContext<TestedProvider>;

// biome-ignore lint/suspicious/noExplicitAny: each provider has a user of its own
export type Subject = OAuthProvider<any>;

export function createContract(
	provider: TestedProvider,
	recording: Recording,
	context: ProviderTestContext<TestedProvider>,
): Contract {
	return {
		...context,
		provider,
		recording,
		otherUrls: Object.keys(recording.user).filter((url) => url !== recording.id.in),
		async forEach(cases, work) {
			await Promise.all(
				Array.from(cases, async (one) => {
					const fake = new FakeProvider(recording);
					await fake.start();
					try {
						await work(createContext(provider, recording, fake), one);
					} finally {
						await fake.stop();
					}
				}),
			);
		},
	};
}
