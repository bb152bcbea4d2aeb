import { defineProvider, type EmailConfig, type ProviderConfig } from "@oauth/core/provider";

export interface HuggingFaceConfig extends ProviderConfig, EmailConfig {}

/** `GET /oauth/userinfo` */
export interface HuggingFaceUser {
	/** Stays the same when the user is renamed. */
	sub: string;
	/** The full name. */
	name?: string;
	/** The user name, which the user can change. */
	preferred_username?: string;
	/** The URL of the profile page. */
	profile?: string;
	/** The URL of the avatar. */
	picture?: string;
	/** Empty if the user has set none. */
	website?: string;
	/** Present with the scope `email` only, like `email_verified`. */
	email?: string;
	email_verified?: boolean;
	/** Whether the user pays for a subscription. */
	isPro: boolean;
	/** Whether the user has a payment method. Present with the scope `read-billing` only. */
	canPay?: boolean;
	orgs?: HuggingFaceOrg[];
}

/** An organization of the user. */
export interface HuggingFaceOrg {
	/** Stays the same when the organization is renamed. */
	sub: string;
	name: string;
	/** The organization's user name, which it can change. */
	preferred_username: string;
	picture: string;
	/** Such as `team` or `enterprise`. */
	plan?: string;
	/** Like the fields below, only if the user has given the app access to the organization. */
	roleInOrg?: "admin" | "write" | "contributor" | "read";
	canPay?: boolean;
	/** The organization's requirements that the user does not meet now, such as its single sign-on. */
	securityRestrictions?: ("mfa" | "sso" | "ip" | "token-policy")[];
}

/**
 * Sign in with Hugging Face.
 *
 * @see https://huggingface.co/docs/hub/oauth
 */
export const huggingface = defineProvider<HuggingFaceConfig, HuggingFaceUser>({
	id: "huggingface",
	name: "Hugging Face",
	endpoints: {
		authorization: "https://huggingface.co/oauth/authorize",
		token: "https://huggingface.co/oauth/token",
		// In place of the ID token, as in Hugging Face's own JavaScript library.
		user: "https://huggingface.co/oauth/userinfo",
		api: "https://huggingface.co",
	},
	clientAuth: "client_secret_basic",
	pkce: "S256",
	scope: ["openid", "profile"],
	emailScope: "email",
	emailNeedsGrant: true,

	toProfile: ({ sub, name, preferred_username, profile, picture, email, email_verified }) => ({
		id: sub,
		username: preferred_username,
		name,
		email,
		emailVerified: email_verified,
		picture,
		url: profile,
	}),
});

export default huggingface;
