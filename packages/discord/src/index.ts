import { defineProvider, type EmailConfig, type ProviderConfig } from "@oauth/core/provider";

export interface DiscordConfig extends ProviderConfig, EmailConfig {}

/** `GET /users/@me` */
export interface DiscordUser {
	/** A snowflake: a number of 64 bits, as text. */
	id: string;
	username: string;
	/** `"0"` for those with a name of the new kind, which is unique. */
	discriminator: string;
	/** The display name, if one is set. */
	global_name: string | null;
	/** The hash of a picture. It begins with `a_` if the picture is animated. */
	avatar: string | null;
	locale?: string;
	/** `null` for an account that has only a phone number. */
	email?: string | null;
	/** Whether Discord has verified the e-mail address. */
	verified?: boolean;
	mfa_enabled?: boolean;
}

/**
 * Sign in with Discord.
 *
 * @see https://docs.discord.com/developers/topics/oauth2
 */
export const discord = defineProvider<DiscordConfig, DiscordUser>({
	id: "discord",
	name: "Discord",
	issuer: "https://discord.com",
	endpoints: {
		authorization: "https://discord.com/oauth2/authorize",
		token: "https://discord.com/api/oauth2/token",
		revocation: "https://discord.com/api/oauth2/token/revoke",
		user: "https://discord.com/api/v10/users/@me",
	},
	// Discord asks for this form, and may block what comes in another.
	headers: { "user-agent": "DiscordBot (https://www.npmjs.com/package/@oauth/discord, 1)" },
	clientAuth: "client_secret_basic",
	pkce: "S256",
	scope: ["identify"],
	emailScope: "email",

	toProfile: (user) => ({
		id: user.id,
		username: user.username,
		name: user.global_name,
		email: user.email,
		emailVerified: user.verified,
		picture: pictureOf(user),
		locale: user.locale,
	}),
});

/** @see https://docs.discord.com/developers/reference#image-formatting */
function pictureOf({ id, avatar, discriminator }: DiscordUser): string | undefined {
	const cdn = "https://cdn.discordapp.com";
	if (typeof avatar === "string" && avatar)
		return `${cdn}/avatars/${id}/${avatar}${avatar.startsWith("a_") ? ".webp?animated=true" : ".png"}`;
	// Those with an old name still have a number behind it.
	if (/^\d*[1-9]\d*$/.test(discriminator)) return `${cdn}/embed/avatars/${Number(discriminator) % 5}.png`;
	// An id is too long for a number.
	return /^\d+$/.test(id) ? `${cdn}/embed/avatars/${(BigInt(id) >> 22n) % 6n}.png` : undefined;
}

export default discord;
