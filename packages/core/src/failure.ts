import { defined } from "./defined.js";
import type { Client } from "./definition.js";
import { OAuthError, type OAuthErrorCode, type OAuthErrorDetails } from "./error.js";

export interface FailureDetails extends Pick<OAuthErrorDetails, "step" | "status" | "cause"> {
	/** What exactly is wrong. */
	detail?: string;
	/** What the provider sent: `error` and `error_description` are taken from it. */
	answer?: unknown;
	/** What was sent in confidence, and must not come back in the error. */
	secrets?: (string | undefined)[];
}

/** The error of one provider, with nothing in it that is secret. */
export function failure(
	{ id }: Client,
	code: OAuthErrorCode,
	{ detail, answer, cause, secrets = [], ...details }: FailureDetails,
): OAuthError {
	const clean = (text: unknown) => {
		let safe = typeof text === "string" ? text : "";
		for (const secret of secrets) if (secret) safe = safe.replaceAll(secret, "[redacted]");
		// biome-ignore lint/suspicious/noControlCharactersInRegex: they would forge lines in a log
		return safe.replace(/[\x00-\x1f\x7f]/g, " ").slice(0, 500);
	};
	// Most send an error's code as text, some an object with a type or a code in it.
	const { error, error_description, message } = Object(answer);
	const { type, code: number, message: words } = Object(error);
	return new OAuthError(
		code,
		defined({
			provider: id,
			...details,
			providerError: clean(typeof error === "object" ? (type ?? number?.toString()) : error),
			providerErrorDescription: clean(error_description ?? message ?? words),
			cause: cause && innermost(cause, clean),
		}),
		detail,
	);
}

/** Of a foreign error the words and the code: its other properties may hold the whole request. */
// biome-ignore lint/suspicious/noExplicitAny: anything can be thrown
function innermost(error: any, clean: (text: unknown) => string): Error {
	const { cause, message, code } = Object(error);
	return cause ? innermost(cause, clean) : Object.assign(new Error(clean(message)), defined({ code }));
}
