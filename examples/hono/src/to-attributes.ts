import type { Profile } from "@oauth/core";
import type { Attributes } from "./users.ts";

/** What this app keeps of a profile, whichever provider it is from. */
export function toAttributes({ id, name, username, email, emailVerified, picture }: Profile): Attributes {
	return {
		name: name ?? username ?? id,
		email: email ?? null,
		emailVerified: emailVerified ?? null,
		picture: picture ?? null,
	};
}
