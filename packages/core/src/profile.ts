import type { Profile } from "./provider.js";

/**
 * A profile as a provider package maps it. A numeric id becomes its digits, and `"true"` and `"false"` become booleans. A
 * field that is `null`, blank or of another type becomes absent.
 */
export type ProfileFields = {
	[Field in keyof Profile]?: Field extends "id" ? string | number : unknown;
};

/** Returns the boolean for `true`, `false`, `"true"` and `"false"`; `undefined` for anything else. */
export function toBoolean(value: unknown): boolean | undefined {
	if (value === true || value === "true") return true;
	return value === false || value === "false" ? false : undefined;
}

/** Returns the profile in the shape that all providers share; `undefined` without an id that can name an account. */
export function normalizeProfile(fields: ProfileFields, idServer?: string): Profile | undefined {
	const { id, emailVerified, ...texts } = fields;
	// A lone surrogate changes when stored as UTF-8, a database may cut text at a control character, and a number beyond
	// 2^53 was rounded: two users could share the id.
	const isText = typeof id === "string" && id.trim() && !/[\p{Cc}\p{Surrogate}]/u.test(id);
	const isNumber = id && Number.isSafeInteger(id);
	if (!isText && !isNumber) return undefined;
	const profile: Profile = { id: idServer ? `${id}@${idServer}` : `${id}` };
	for (const [field, text] of Object.entries(texts))
		if (typeof text === "string" && text.trim()) profile[field as "name"] = text;
	const { givenName, familyName } = profile;
	const name = [givenName, familyName].filter(Boolean).join(" ");
	if (name) profile.name ??= name;
	const verified = toBoolean(emailVerified);
	if (profile.email && verified !== undefined) profile.emailVerified = verified;
	return profile;
}
