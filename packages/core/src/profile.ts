import type { Profile } from "./provider.js";

/**
 * A profile as a provider package maps it. `null`, blank text and what is of another type become absent, a number's id its
 * digits, and the text of a boolean the boolean.
 */
export type ProfileFields = {
	[Field in keyof Profile]?: Field extends "id" ? string | number : unknown;
};

/** Returns the boolean that a provider says, as it is or as text; `undefined` for anything else. */
export function toBoolean(value: unknown): boolean | undefined {
	if (value === true || value === "true") return true;
	return value === false || value === "false" ? false : undefined;
}

/** Returns the profile in its one shape; `undefined` without an id that can name an account. */
export function normalizeProfile(fields: ProfileFields, idServer?: string): Profile | undefined {
	const { id, emailVerified, ...texts } = fields;
	// A lone surrogate changes when stored as UTF-8, and a number beyond 2^53 was rounded: two users could share the id.
	const isText = typeof id === "string" && id.trim() && !/\p{Surrogate}/u.test(id);
	if (!isText && (!id || !Number.isSafeInteger(id))) return undefined;
	const profile: Profile = { id: idServer ? `${id}@${idServer}` : `${id}` };
	for (const [field, text] of Object.entries(texts))
		if (typeof text === "string" && text.trim()) profile[field as "name"] = text;
	const verified = toBoolean(emailVerified);
	if (profile.email && verified !== undefined) profile.emailVerified = verified;
	return profile;
}
