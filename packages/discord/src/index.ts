import { defineProvider, type EmailConfig, type ProviderConfig } from "@oauth/core/provider";

export interface DiscordConfig extends ProviderConfig, EmailConfig {}

/** `GET /users/@me` */
export interface DiscordUser {
	/** A snowflake: a 64-bit number, as text. */
	id: string;
	username: string;
	/** `"0"` if the username is of the new kind, which is unique. */
	discriminator: string;
	/** The display name, if the user has set one. */
	global_name: string | null;
	/** The hash of the picture. It begins with `a_` if the picture is animated. */
	avatar: string | null;
	locale?: string;
	/** `null` if the account has only a phone number. */
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
		api: "https://discord.com/api/v10",
	},
	// Discord asks for this form, and may block requests with another.
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

/**
 * Returns the URL of the user's picture, or of Discord's default picture for the user.
 *
 * @see https://docs.discord.com/developers/reference#image-formatting
 */
function pictureOf({ id, avatar, discriminator }: DiscordUser): string | undefined {
	const cdn = "https://cdn.discordapp.com";
	if (typeof avatar === "string" && avatar) {
		const file = avatar.startsWith("a_") ? `${avatar}.webp?animated=true` : `${avatar}.png`;
		return `${cdn}/avatars/${id}/${file}`;
	}
	// An old username still has a number behind it.
	if (/^\d*[1-9]\d*$/.test(discriminator)) return `${cdn}/embed/avatars/${Number(discriminator) % 5}.png`;
	// An id is too long for a JavaScript number.
	return /^\d+$/.test(id) ? `${cdn}/embed/avatars/${(BigInt(id) >> 22n) % 6n}.png` : undefined;
}

export default discord;
