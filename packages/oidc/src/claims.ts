import type { ProfileFields } from "@oauth/core";

/** The claims that every accepted ID token has. @see https://openid.net/specs/openid-connect-core-1_0.html#IDToken */
export interface IdTokenClaims {
	iss: string;
	sub: string;
	aud: string | string[];
	/** In seconds since 1970, like `iat` and `auth_time`. */
	exp: number;
	iat: number;
	auth_time?: number;
	nonce?: string;
	azp?: string;
	acr?: string;
	amr?: string[];
}

/** The claims about the person. @see https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims */
export interface StandardClaims {
	sub: string;
	name?: string;
	given_name?: string;
	family_name?: string;
	middle_name?: string;
	nickname?: string;
	preferred_username?: string;
	profile?: string;
	picture?: string;
	website?: string;
	email?: string;
	email_verified?: boolean;
	gender?: string;
	birthdate?: string;
	zoneinfo?: string;
	locale?: string;
	phone_number?: string;
	phone_number_verified?: boolean;
	updated_at?: number;
}

export function toProfile(claims: StandardClaims): ProfileFields {
	return {
		id: claims.sub,
		username: claims.preferred_username,
		name: claims.name,
		givenName: claims.given_name,
		familyName: claims.family_name,
		email: claims.email,
		emailVerified: claims.email_verified,
		picture: claims.picture,
		locale: claims.locale,
		url: claims.profile,
	};
}
