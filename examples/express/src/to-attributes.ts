import type { Profile } from "@oauth/core";
import type { User } from "./schema.ts";

/** What this app keeps of a profile, whichever provider it is from. */
export function toAttributes({
	id,
	name,
	username,
	email,
	emailVerified,
	picture,
}: Profile): Omit<User, "id"> {
	return {
		name: name ?? username ?? id,
		email: email ?? null,
		emailVerified: emailVerified ?? null,
		picture: picture ?? null,
	};
}
