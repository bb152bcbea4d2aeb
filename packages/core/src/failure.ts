import { defined } from "./defined.js";
import type { Client } from "./definition.js";
import { OAuthError, type OAuthErrorCode, type OAuthErrorDetails } from "./error.js";

export interface FailureDetails extends Pick<OAuthErrorDetails, "step" | "status" | "cause"> {
	/** What exactly is wrong. */
	detail?: string;
	/** What the provider sent: `error` and `error_description` are taken from it. */
	answer?: unknown;
	/** What was sent in confidence, and must not come back in the error. */
	secrets?: unknown[];
}

/** The error of one provider, with nothing in it that is secret. */
export function failure(
	{ id }: Client,
	code: OAuthErrorCode,
	{ detail, answer, cause, secrets = [], ...details }: FailureDetails,
): OAuthError {
	const hidden = secrets.flatMap(spellings);
	const clean = (text: unknown) => {
		if (typeof text !== "string") return "";
		if (hidden.some((secret) => text.includes(secret))) return "[withheld: it repeats a secret]";
		// Control characters and line ends would forge lines in a log.
		return text.slice(0, 500).replace(/[\p{Cc}\u2028\u2029]/gu, " ");
	};
	// Most send an error's code as text, some an object with a type or a code in it.
	const { error, error_description, message, detail: told } = Object(answer);
	const { type, code: number, message: words } = Object(error);
	return new OAuthError(
		code,
		defined({
			provider: id,
			...details,
			providerError: clean(
				typeof error === "object" ? (type ?? (typeof number === "number" ? `${number}` : number)) : error,
			),
			providerErrorDescription: clean(error_description ?? message ?? told ?? words),
			cause: cause && innermost(cause, clean),
		}),
		detail,
	);
}

/** Of a foreign error the words and the code: its other properties may hold the whole request. */
// biome-ignore lint/suspicious/noExplicitAny: anything can be thrown
function innermost(error: any, clean: (text: unknown) => string, depth = 9): Error {
	const { cause, message, code } = Object(error);
	// A parser's error quotes what it has read.
	return depth > 0 && cause instanceof Error && cause.name !== "SyntaxError"
		? innermost(cause, clean, depth - 1)
		: Object.assign(new Error(clean(message)), defined({ code }));
}

/** A secret as it is, and as it is in a form and in JSON. */
function spellings(secret: unknown): string[] {
	const text = typeof secret === "string" ? secret.trim() : "";
	return text
		? [text, `${new URLSearchParams({ "": text })}`.slice(1), JSON.stringify(text).slice(1, -1)]
		: [];
}
