import type { OAuthErrorCode } from "@oauth/core";

interface Problem {
	status: number;
	message: string;
	advice: string;
}

const startedWrongly: Problem = {
	status: 400,
	message: "This sign-in can’t be finished here",
	advice:
		"It was begun in another browser or by another user, or is over already. Begin again: it takes only a moment.",
};

const providerFailed: Problem = {
	status: 502,
	message: "The sign-in service didn’t answer as it should",
	advice: "Nothing has changed here. Try again in a moment, or sign in with another account.",
};

const badlySetUp: Problem = {
	status: 500,
	message: "This sign-in isn’t set up properly",
	advice: "We have to fix this. Until then, sign in with another account.",
};

/** Told to the user. The provider’s own words are for the log: anybody can write a URL with words in it. */
export const problems = {
	ACCESS_DENIED: {
		status: 403,
		message: "You said no, and that’s fine",
		advice:
			"Nothing was shared and nothing has changed. Whenever you like, try again or choose another account.",
	},
	ACCOUNT_IN_USE: {
		status: 409,
		message: "That account belongs to another user",
		advice:
			"It is linked to somebody else here. If that is you, sign out and sign in with that account instead.",
	},
	AUTHORIZATION_FAILED: providerFailed,
	FAILED_REQUEST: providerFailed,
	FLOW_EXPIRED: {
		status: 400,
		message: "That took a little too long",
		advice: "For your safety a sign-in has to be finished within ten minutes. Begin again.",
	},
	FLOW_MISMATCH: startedWrongly,
	FLOW_MISSING: startedWrongly,
	INVALID_CALLBACK: {
		status: 400,
		message: "You can’t open this page directly",
		advice: "The sign-in service leads here by itself, with all that is needed. Begin at the sign-in page.",
	},
	INVALID_CONFIG: badlySetUp,
	INVALID_GRANT: {
		status: 403,
		message: "Sign in once more",
		advice: "The sign-in service has ended what you allowed. Sign in again to go on.",
	},
	INVALID_ID_TOKEN: providerFailed,
	INVALID_PROFILE: providerFailed,
	ISSUER_MISMATCH: providerFailed,
	NOT_SUPPORTED: badlySetUp,

	NOT_SIGNED_IN: {
		status: 403,
		message: "Sign in first",
		advice: "An account can be linked only while you are signed in. Sign in, then link the other account.",
	},
	NOT_FOUND: {
		status: 404,
		message: "There is nothing here",
		advice: "Check the URL for typos. The page may have moved, too.",
	},
	UNEXPECTED: {
		status: 500,
		message: "Something went wrong",
		advice: "We have to fix this. Try again in a moment.",
	},
	// A prefetch or an image gets no page: see `showFailure`.
} satisfies Record<Exclude<OAuthErrorCode, "NOT_A_NAVIGATION">, Problem> & Record<string, Problem>;

export type ProblemCode = keyof typeof problems;

export function isProblemCode(code: string): code is ProblemCode {
	return Object.hasOwn(problems, code);
}
