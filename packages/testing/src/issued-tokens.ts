import { partAt, replacePart } from "./parts.js";
import type { Recording } from "./recording.js";

/** The tokens of a token response. */
export interface IssuedTokens {
	access_token?: unknown;
	refresh_token?: unknown;
}

/** Returns the tokens of a token response, from where the recording says that they are. */
export function tokensOf({ token }: Pick<Recording, "token">, response: unknown): IssuedTokens {
	const at = (name: keyof IssuedTokens) => partAt(response, pathOf(token, name));
	return { access_token: at("access_token"), refresh_token: at("refresh_token") };
}

/** Returns the token response with other tokens. */
export function replaceTokens(
	{ token }: Pick<Recording, "token">,
	response: unknown,
	tokens: IssuedTokens,
): Record<string, unknown> {
	return Object.entries(tokens).reduce(
		(replaced, [name, value]) => replacePart(replaced, pathOf(token, name as keyof IssuedTokens), value),
		response,
	) as Record<string, unknown>;
}

function pathOf({ names }: Recording["token"], name: keyof IssuedTokens): string[] {
	return (names?.[name] ?? name).split(".");
}
