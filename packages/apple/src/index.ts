import {
	defineOidcProvider,
	type IdTokenClaims,
	type OidcProviderConfig,
	type OidcProviderFunction,
} from "@oauth/oidc";
import { createClientSecret, toPem } from "./client-secret.js";

export interface AppleConfig extends Omit<OidcProviderConfig, "clientSecret"> {
	/** The Services ID, such as `com.example.web`. */
	clientId: string;
	redirectUri: string;
	/** The developer team's id, such as `A1B2C3D4E5`. */
	teamId: string;
	/** The id of the key for Sign in with Apple, such as `F6G7H8I9J0`. */
	keyId: string;
	/** The text of that key's file, `AuthKey_<keyId>.p8`. It takes the place of a client secret. */
	privateKey: string;
}

/** The claims of the ID token, and the name that came beside it. */
export interface AppleUser extends IdTokenClaims {
	/** Can be absent. */
	email?: string;
	/** Can be text: then `"false"` is as good as `false`. */
	email_verified?: boolean | "true" | "false";
	/** Whether `email` is an address that Apple forwards from. Can be text, like `email_verified`. */
	is_private_email?: boolean | "true" | "false";
	nonce_supported?: boolean;
	/** The first time only, and by way of the browser: nothing vouches for it. */
	name?: { firstName?: string; lastName?: string };
}

/** Without the claims that Apple has in another form than the standard. */
type Claims = Omit<AppleUser, "email_verified" | "name">;

/**
 * Sign in with Apple.
 *
 * @see https://developer.apple.com/documentation/signinwithapplerestapi
 */
export const apple = defineOidcProvider<AppleConfig, Claims>(({ teamId, keyId, privateKey }) => ({
	id: "apple",
	name: "Apple",
	issuer: "https://appleid.apple.com",
	endpoints: {
		authorization: "https://appleid.apple.com/auth/authorize",
		token: "https://appleid.apple.com/auth/token",
		jwks: "https://appleid.apple.com/auth/keys",
		revocation: "https://appleid.apple.com/auth/revoke",
	},
	clientAuth: "client_secret_post",
	createClientSecret: (client) => createClientSecret(client, { teamId, keyId, privateKey }),
	required: { teamId, keyId, privateKey: toPem(privateKey) },
	algorithms: ["RS256"],
	pkce: "unsupported",
	scope: ["name", "email"],
	responseMode: "form_post",
	readCallback,

	toProfile: ({ sub, name, email, email_verified }: AppleUser) => ({
		id: sub,
		name: [name?.firstName, name?.lastName].filter(Boolean).join(" "),
		givenName: name?.firstName,
		familyName: name?.lastName,
		email,
		emailVerified: email_verified === undefined ? null : `${email_verified}` === "true",
	}),
})) as OidcProviderFunction<AppleConfig, AppleUser>;

/** The name, which comes the first time only. The address beside it is not signed, so it is left there. */
function readCallback({ user }: Record<string, string>): Partial<AppleUser> {
	const text = (value: unknown) => (typeof value === "string" ? value : undefined);
	try {
		const { firstName, lastName } = JSON.parse(user ?? "").name;
		return { name: { firstName: text(firstName), lastName: text(lastName) } };
	} catch {
		return {};
	}
}

export default apple;
