import { defined } from "./defined.js";
import type { Client } from "./definition.js";
import { OAuthError, type OAuthErrorCode, type OAuthErrorDetails } from "./error.js";

/** What is known about a failure. */
export interface FailureDetails extends Pick<OAuthErrorDetails, "step" | "status" | "retryAfter" | "cause"> {
	/** What exactly is wrong. By default, what the provider or the network says. */
	reason?: string;
	/** What to do about it. By default, the code's advice. */
	advice?: string;
	/** The provider's response. Its error code and description are read from it. */
	response?: unknown;
	/** Values that must not appear in the error. Text that repeats one of them is withheld. */
	secrets?: unknown[];
}

/** Shorter secrets would withhold almost any text. */
const MIN_SECRET_LENGTH = 8;

/** Makes the error of one provider, without any of the secrets. */
export function failure(
	{ id }: Pick<Client, "id">,
	code: OAuthErrorCode,
	{ reason, advice, response, cause, secrets = [], ...details }: FailureDetails = {},
): OAuthError {
	const hidden = secrets
		.filter((secret) => typeof secret === "string")
		.flatMap((secret) => [secret.trim(), lettersOf(secret), secret.replace(/[^a-z\d]/gi, "")])
		.filter((secret) => secret.length >= MIN_SECRET_LENGTH);
	const clean = (text: unknown) => {
		if (typeof text !== "string") return "";
		const letters = lettersOf(text);
		if (hidden.some((secret) => text.includes(secret) || letters.includes(secret)))
			return "[withheld: it repeats a secret]";
		// Control characters and line ends would forge lines in a log.
		return text.slice(0, 500).replace(/[\p{Cc}\u2028\u2029]/gu, " ");
	};
	const said = words(response);
	const providerError = clean(said.error);
	const providerErrorDescription = clean(said.description);
	const inner = cause ? innermost(cause, clean) : undefined;
	const spoken = [providerError, providerErrorDescription].filter(Boolean).join(": ");
	const told = [
		details.status && `status ${details.status}`,
		reason,
		spoken && `the provider says ${spoken}`,
		!spoken && !reason && inner && (inner.message || inner.code),
	];
	return new OAuthError(
		code,
		defined<unknown>({ provider: id, ...details, providerError, providerErrorDescription, cause: inner }),
		clean(told.filter(Boolean).join(", ")) || undefined,
		advice,
	);
}

/** Reads the error: most providers send its code as text, some an object with a type or a code, a list, or only text. */
function words(response: unknown): { error?: unknown; description?: unknown } {
	if (typeof response === "string") return { description: response };
	const { error, errors, error_description, id, message, detail, reason, err, error_summary } =
		Object(response);
	const first = typeof error === "object" ? error : errors?.[0];
	const {
		type,
		code,
		code_name,
		title,
		description,
		message: innerMessage,
		detail: innerDetail,
	} = Object(first);
	// An id beside a message is that of the error.
	const said =
		(typeof error === "object" ? undefined : error) ?? type ?? code_name ?? code ?? (!first && message && id);
	return {
		error: typeof said === "number" ? `${said}` : said,
		description:
			error_description ??
			// Beside it, Webex's message says nothing.
			description ??
			message ??
			detail ??
			reason ??
			err ??
			error_summary ??
			innerMessage ??
			innerDetail ??
			title,
	};
}

/** Copies only the message and the code of a foreign error: its other properties may hold the whole request. */
function innermost(
	// biome-ignore lint/suspicious/noExplicitAny: anything can be thrown
	error: any,
	clean: (text: unknown) => string,
	depth = 9,
): Error & { code?: string } {
	const { cause, errors, message, code } = Object(error);
	const inner = cause ?? errors?.[0];
	// A parser's error quotes what it has read.
	return depth > 0 && inner instanceof Error && inner.name !== "SyntaxError"
		? innermost(inner, clean, depth - 1)
		: Object.assign(new Error(clean(message)), defined({ code: clean(code) }));
}

/** Returns only the letters and digits, without what a URL, a form, JSON or HTML makes of the punctuation. */
function lettersOf(text: string): string {
	return text.replace(/%(25)*[\da-f]{2}|\\u[\da-f]{4}|&#?\w{1,6};|[^a-z\d]/gi, "");
}
