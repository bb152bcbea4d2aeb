import { defineProvider, type ProviderConfig } from "@oauth/core";

export interface LinkedInConfig extends ProviderConfig {
	redirectUri: string;
}

/** `GET /v2/userinfo` */
export interface LinkedInUser {
	/** Another one for each app. */
	sub: string;
	name?: string;
	given_name?: string;
	family_name?: string;
	/** Absent without a photo. */
	picture?: string;
	/** Documented as text, answered as an object. */
	locale?: { language: string; country: string } | string;
	email?: string;
	email_verified?: boolean;
}

/**
 * Sign in with LinkedIn.
 *
 * @see https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2
 */
export const linkedin = defineProvider<LinkedInConfig, LinkedInUser>(({ redirectUri }) => ({
	id: "linkedin",
	name: "LinkedIn",
	endpoints: {
		authorization: "https://www.linkedin.com/oauth/v2/authorization",
		token: "https://www.linkedin.com/oauth/v2/accessToken",
		revocation: "https://www.linkedin.com/oauth/v2/revoke",
		userinfo: "https://api.linkedin.com/v2/userinfo",
	},
	clientAuth: "client_secret_post",
	pkce: "unsupported",
	scope: ["openid", "profile", "email"],
	required: { redirectUri },

	// The ID token carries no nonce, so nothing would bind it to this sign-in. The person is asked for instead.
	getUser: ({ get, endpoints }) => get(endpoints.userinfo),

	toProfile: ({ sub, name, given_name, family_name, email, email_verified, picture, locale }) => ({
		id: sub,
		name,
		givenName: given_name,
		familyName: family_name,
		email,
		emailVerified: email_verified,
		picture,
		locale:
			typeof locale === "object" ? [locale?.language, locale?.country].filter(Boolean).join("-") : locale,
	}),
}));

export default linkedin;
