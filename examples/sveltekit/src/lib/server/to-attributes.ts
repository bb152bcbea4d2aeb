import type { Profile } from "@oauth/core";

/** Maps a profile of any provider to what this app stores. */
export function toAttributes({ id, name, username, email, emailVerified, picture }: Profile) {
	return {
		name: name ?? username ?? id,
		email: email ?? null,
		email_verified: emailVerified === undefined ? null : Number(emailVerified),
		picture: picture ?? null,
	} satisfies Lucia.UserAttributes;
}
