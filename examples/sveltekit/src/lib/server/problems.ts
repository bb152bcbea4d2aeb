import type { OAuthErrorCode } from "@oauth/core";

interface Problem {
	status: number;
	message: string;
	advice: string;
}

const startedWrongly: Problem = {
	status: 400,
	message: "This sign-in can’t be completed here",
	advice:
		"It was started in another browser or by another user, or it has already ended. Start again: it only takes a moment.",
};

const providerFailed: Problem = {
	status: 502,
	message: "The sign-in service didn’t respond as expected",
	advice: "Nothing has changed here. Try again in a moment, or sign in with another account.",
};

const badlySetUp: Problem = {
	status: 500,
	message: "This sign-in isn’t set up properly",
	advice: "We have to fix this. Until then, sign in with another account.",
};

/** Shown to the user. The provider’s own words only go to the log, because anybody can write a URL with words in it. */
export const problems = {
	ACCESS_DENIED: {
		status: 403,
		message: "You cancelled the sign-in",
		advice: "Nothing was shared, and nothing has changed. You can try again or choose another account.",
	},
	ACCOUNT_IN_USE: {
		status: 409,
		message: "That account belongs to another user",
		advice:
			"It is already linked to another user here. If you are that user, sign out and sign in with that account instead.",
	},
	AUTHORIZATION_FAILED: providerFailed,
	FAILED_REQUEST: providerFailed,
	FLOW_EXPIRED: {
		status: 400,
		message: "The sign-in took too long",
		advice: "For your safety, a sign-in must be completed within ten minutes. Start again.",
	},
	FLOW_MISMATCH: startedWrongly,
	FLOW_MISSING: startedWrongly,
	GRANT_MISSING: {
		status: 403,
		message: "This account isn’t connected",
		advice: "Connect it on the page “Connected accounts”, then try again.",
	},
	GRANT_UNREADABLE: {
		status: 500,
		message: "This connection can’t be used any more",
		advice: "Connect the account again on the page “Connected accounts”.",
	},
	INVALID_CALLBACK: {
		status: 400,
		message: "You can’t open this page directly",
		advice: "The sign-in service sends you here when you sign in. Start at the sign-in page.",
	},
	INVALID_CONFIG: badlySetUp,
	INVALID_GRANT: {
		status: 403,
		message: "Sign in again",
		advice: "Your permission has expired or was withdrawn at the sign-in service. Sign in again to continue.",
	},
	INVALID_ID_TOKEN: providerFailed,
	INVALID_PROFILE: providerFailed,
	ISSUER_MISMATCH: providerFailed,
	NOT_SUPPORTED: badlySetUp,

	NOT_SIGNED_IN: {
		status: 403,
		message: "Sign in first",
		advice: "You can link an account only while you are signed in. Sign in, then link the other account.",
	},
	NOT_FOUND: {
		status: 404,
		message: "Page not found",
		advice: "Check the URL for typos. The page may also have moved.",
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
