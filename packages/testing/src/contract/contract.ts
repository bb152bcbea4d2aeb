import type { OAuthProvider } from "@oauth/core";
import { FakeProvider } from "../fake-provider.js";
import type { Recording } from "../recording.js";
import { createContext, type ProviderTestContext, type TestedProvider } from "./context.js";

/** What the tests of the contract are made with: the package's own tools, and the package itself. */
export interface Contract extends ProviderTestContext<TestedProvider> {
	provider: TestedProvider;
	recording: Recording;
	/** The responses about the user that the id is not in. */
	otherUrls: string[];
	/** Does the same at a fake provider of its own for each case, side by side. */
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
