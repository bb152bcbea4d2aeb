import { defineProvider, type EmailConfig, type ProviderConfig, toBoolean } from "@oauth/core/provider";

export interface KakaoConfig extends ProviderConfig, EmailConfig {}

/** `GET /v2/user/me`. Everything but the id depends on what the user has agreed to. */
export interface KakaoUser {
	id: number;
	/** Whether the user is connected to the app. Absent if the app connects users automatically. */
	has_signed_up?: boolean;
	connected_at?: string;
	kakao_account?: {
		profile_nickname_needs_agreement?: boolean;
		profile_image_needs_agreement?: boolean;
		profile?: {
			nickname?: string;
			profile_image_url?: string;
			thumbnail_image_url?: string;
			is_default_image?: boolean;
			is_default_nickname?: boolean;
		};
		has_email?: boolean;
		/** Whether the user hasn't agreed to give the e-mail address, but can be asked again. */
		email_needs_agreement?: boolean;
		/** Masked if it isn't valid. */
		email?: string;
		/** Whether the e-mail address still belongs to this Kakao account. */
		is_email_valid?: boolean;
		/** Whether the user has once confirmed the e-mail address. */
		is_email_verified?: boolean;
	};
}

/**
 * Sign in with Kakao.
 *
 * @see https://developers.kakao.com/docs/latest/en/kakaologin/rest-api
 */
export const kakao = defineProvider<KakaoConfig, KakaoUser>({
	id: "kakao",
	name: "Kakao",
	issuer: "https://kauth.kakao.com",
	endpoints: {
		authorization: "https://kauth.kakao.com/oauth/authorize",
		token: "https://kauth.kakao.com/oauth/token",
		// Pictures come over https only with this parameter.
		user: "https://kapi.kakao.com/v2/user/me?secure_resource=true",
		api: "https://kapi.kakao.com",
	},
	clientAuth: "client_secret_post",
	pkce: "S256",
	// Kakao asks for the consent items that the console sets up, and refuses a sign-in that names any other.
	scope: [],
	emailScope: "account_email",
	emailNeedsGrant: true,

	toProfile: ({ id, kakao_account }) => {
		const { profile, email, is_email_valid, is_email_verified } = kakao_account ?? {};
		const isValid = toBoolean(is_email_valid);
		return {
			id,
			name: profile?.nickname,
			// An address that another Kakao account has taken over comes masked: `ad***@example.com`.
			email: isValid === false ? undefined : email,
			emailVerified: isValid && toBoolean(is_email_verified),
			picture: profile?.profile_image_url,
		};
	},
});

export default kakao;
