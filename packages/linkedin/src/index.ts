import { defineProvider, type EmailConfig, type ProviderConfig } from "@oauth/core/provider";

export interface LinkedInConfig extends ProviderConfig, EmailConfig {}

/** `GET /v2/userinfo` */
export interface LinkedInUser {
	/** Unique within this app. */
	sub: string;
	name?: string;
	given_name?: string;
	family_name?: string;
	/** Absent without a photo. */
	picture?: string;
	/** Documented as text, sent as an object. */
	locale?: { language: string; country: string } | string;
	email?: string;
	email_verified?: boolean;
}

/**
 * Sign in with LinkedIn.
 *
 * @see https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2
 */
export const linkedin = defineProvider<LinkedInConfig, LinkedInUser>({
	id: "linkedin",
	name: "LinkedIn",
	endpoints: {
		authorization: "https://www.linkedin.com/oauth/v2/authorization",
		token: "https://www.linkedin.com/oauth/v2/accessToken",
		revocation: "https://www.linkedin.com/oauth/v2/revoke",
		// In place of the ID token, which has no nonce that binds it to this sign-in.
		user: "https://api.linkedin.com/v2/userinfo",
		// Followed by `/v2` or `/rest`.
		api: "https://api.linkedin.com",
	},
	clientAuth: "client_secret_post",
	accessDeniedErrors: ["user_cancelled_login", "user_cancelled_authorize"],
	pkce: "unsupported",
	scope: ["openid", "profile"],
	emailScope: "email",

	toProfile: ({ sub, name, given_name, family_name, email, email_verified, picture, locale }) => ({
		id: sub,
		name,
		givenName: given_name,
		familyName: family_name,
		email,
		emailVerified: email_verified,
		picture,
		locale: toLanguageTag(locale),
	}),
});

function toLanguageTag(locale: unknown): unknown {
	if (typeof locale === "string") return locale;
	const { language, country } = Object(locale);
	return [language, country].filter((part) => part && typeof part === "string").join("-");
}

export default linkedin;
