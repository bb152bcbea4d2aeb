import { type ProfileFields, toBoolean } from "@oauth/core/provider";

/** The claims that every accepted ID token has. @see https://openid.net/specs/openid-connect-core-1_0.html#IDToken */
export interface IdTokenClaims {
	iss: string;
	sub: string;
	aud: string | string[];
	/** In seconds since 1970, like `iat` and `auth_time`. */
	exp: number;
	iat: number;
	nbf?: number;
	auth_time?: number;
	nonce?: string;
	azp?: string;
	acr?: string;
	amr?: string[];
}

/** The claims about the user. @see https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims */
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

/** The claims about the user as an issuer sends them: any of them may have another type than the standard's. */
export type AnyClaims = Pick<StandardClaims, "sub"> & { [Claim in keyof StandardClaims]?: unknown };

/** Maps the standard claims to a profile. */
export function toProfile(claims: AnyClaims): ProfileFields {
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

/** The claims that only the ID token itself can make. */
const PROTOCOL_CLAIMS = [
	"iss",
	"sub",
	"aud",
	"exp",
	"iat",
	"nbf",
	"jti",
	"auth_time",
	"nonce",
	"azp",
	"acr",
	"amr",
	"at_hash",
	"c_hash",
	"sid",
];

/** Adds a userinfo response to the signed claims, which take precedence except for the e-mail address. */
export function addUserinfo<Claims extends AnyClaims>(claims: Claims, userinfo: AnyClaims): Claims {
	const additional = Object.entries(userinfo).filter(([name]) => !PROTOCOL_CLAIMS.includes(name));
	const signed = Object.entries(claims).filter(([, value]) => value !== null && value !== "");
	const added = Object.fromEntries([...additional, ...signed]) as Claims;
	const { email } = isText(userinfo.email) ? userinfo : claims;
	// Only a source that names the address can verify it. Where both do, it is verified unless one says that it is not.
	const verified = [claims, userinfo]
		.filter((source) => source.email === email)
		.map(({ email_verified }) => toBoolean(email_verified));
	const email_verified = verified.includes(false) ? false : verified.find((value) => value);
	return { ...added, email, email_verified };
}

function isText(value: unknown): boolean {
	return typeof value === "string" && value.trim() !== "";
}
