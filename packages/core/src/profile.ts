import type { Profile } from "./provider.js";

/** A profile as a provider package maps it: `null` and `""` become absent, and a number's id its digits. */
export type ProfileFields = {
	[Field in keyof Profile]?: Profile[Field] | (Field extends "id" ? number : null) | null;
};

/** The profile in its one shape; `undefined` without an id that can name an account. */
export function normalizeProfile({ id, ...fields }: ProfileFields, idServer?: string): Profile | undefined {
	// A number beyond 2^53 has been rounded: two people would share it.
	// Half a character is stored as another than it is: two people would share it.
	const isText = typeof id === "string" && id.trim() && !/\p{Surrogate}/u.test(id);
	if (!isText && (!id || !Number.isSafeInteger(id))) return undefined;
	const said = Object.entries(fields).filter(
		([field, value]) => value !== "" && typeof value === (field === "emailVerified" ? "boolean" : "string"),
	);
	const profile: Profile = { id: idServer ? `${id}@${idServer}` : `${id}`, ...Object.fromEntries(said) };
	if (!profile.email) delete profile.emailVerified;
	return profile;
}
