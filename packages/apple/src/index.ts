import {
	defineOidcProvider,
	type IdTokenClaims,
	type OidcDefinition,
	type OidcProviderConfig,
} from "@oauth/oidc";
import { createClientSecret, toPem } from "./client-secret.js";

export interface AppleConfig extends Omit<OidcProviderConfig, "clientSecret"> {
	/** The Services ID, such as `com.example.web`. */
	clientId: string | undefined;
	/** The id of your developer team, such as `A1B2C3D4E5`. */
	teamId: string | undefined;
	/** The id of the key for Sign in with Apple, such as `F6G7H8I9J0`. */
	keyId: string | undefined;
	/**
	 * The text of that key's file, `AuthKey_<keyId>.p8`, from `-----BEGIN PRIVATE KEY-----` on. It replaces the client
	 * secret. Line ends may be spelled out as `\n`, as in an environment variable.
	 */
	privateKey: string | undefined;
}

/** The claims of the ID token, and the name that came with it. */
export interface AppleUser extends IdTokenClaims {
	email?: string;
	/** May be text: `"false"` then means `false`. */
	email_verified?: boolean | "true" | "false";
	/** Whether `email` is a relay address, from which Apple forwards. May be text, like `email_verified`. */
	is_private_email?: boolean | "true" | "false";
	nonce_supported?: boolean;
	/** Sent the first time only, through the browser and unsigned. */
	name?: { firstName?: string; lastName?: string };
}

/**
 * Sign in with Apple.
 *
 * @see https://developer.apple.com/documentation/signinwithapplerestapi
 */
export const apple = defineOidcProvider(
	({ teamId = "", keyId = "", privateKey }: AppleConfig): OidcDefinition<AppleUser> => {
		const pem = toPem(privateKey);
		return {
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
			createClientSecret: (client) => createClientSecret(client, { teamId, keyId, privateKey: `${pem}` }),
			required: { teamId, keyId, privateKey: pem ?? !!privateKey },
			invalid: {
				privateKey: !pem && `must be the text of the .p8 file, from "-----BEGIN PRIVATE KEY-----" on`,
			},
			algorithms: ["RS256"],
			pkce: "unsupported",
			scope: ["name"],
			tokenPolicy: { rotation: "never" },
			responseMode: "form_post",
			accessDeniedErrors: ["user_cancelled_authorize"],
			readCallback,

			toProfile: ({ sub, name, email, email_verified }) => ({
				id: sub,
				givenName: name?.firstName,
				familyName: name?.lastName,
				email,
				emailVerified: email_verified,
			}),
		};
	},
);

/** Reads the name, which comes the first time only. The e-mail address beside it is ignored: it is not signed. */
function readCallback({ user }: Record<string, string>): Partial<AppleUser> {
	try {
		const { firstName, lastName } = JSON.parse(user ?? "").name;
		return { name: { firstName: toText(firstName), lastName: toText(lastName) } };
	} catch {
		return {};
	}
}

function toText(value: unknown): string | undefined {
	return typeof value === "string" ? value : undefined;
}

export default apple;
