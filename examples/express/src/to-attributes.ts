import type { Profile } from "@oauth/core";
import type { User } from "./schema.ts";

/** Maps a profile of any provider to what this app stores. */
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
