import type { Profile } from "@oauth/core";

/** What this app keeps of a profile, whichever provider it is from. */
export function toAttributes({ id, name, username, email, emailVerified, picture }: Profile) {
	return {
		name: name ?? username ?? id,
		email: email ?? null,
		email_verified: emailVerified === undefined ? null : Number(emailVerified),
		picture: picture ?? null,
	} satisfies Lucia.UserAttributes;
}
