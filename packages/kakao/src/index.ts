import { defineProvider, type ProviderConfig } from "@oauth/core";

export interface KakaoConfig extends ProviderConfig {
	redirectUri: string;
}

/** `GET /v2/user/me`. Everything but the id depends on what the person has agreed to. */
export interface KakaoUser {
	id: number;
	/** Only where the app doesn't connect people automatically: whether this one is connected. */
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
		/** The person has not agreed to give the address, but can be asked again. */
		email_needs_agreement?: boolean;
		/** Masked where it isn't valid. */
		email?: string;
		/** The address still belongs to this Kakao account. */
		is_email_valid?: boolean;
		/** The person has once confirmed it. */
		is_email_verified?: boolean;
	};
}

/**
 * Sign in with Kakao.
 *
 * @see https://developers.kakao.com/docs/latest/en/kakaologin/rest-api
 */
export const kakao = defineProvider<KakaoConfig, KakaoUser>(({ redirectUri }) => ({
	id: "kakao",
	name: "Kakao",
	issuer: "https://kauth.kakao.com",
	endpoints: {
		authorization: "https://kauth.kakao.com/oauth/authorize",
		token: "https://kauth.kakao.com/oauth/token",
		// Pictures come over https only when asked for so.
		user: "https://kapi.kakao.com/v2/user/me?secure_resource=true",
	},
	required: { redirectUri },
	clientAuth: "client_secret_post",
	pkce: "S256",
	// Kakao asks for what the console sets up, and refuses a sign-in that names anything else.
	scope: [],

	getUser: ({ get, endpoints }) => get(endpoints.user),

	toProfile: ({ id, kakao_account: { profile, email, is_email_valid, is_email_verified } = {} }) => ({
		id,
		name: profile?.nickname,
		// One that has gone to another Kakao account comes masked: `ad***@example.com`.
		email: is_email_valid === false ? undefined : email,
		emailVerified: is_email_valid && is_email_verified,
		picture: profile?.profile_image_url,
	}),
}));

export default kakao;
