import { isLucia, type Lucia, luciaUserStore } from "./lucia.js";
import type { UserStore } from "./provider.js";

/** The first argument of a provider: a `lucia-auth` 1.x or `lucia` 2.x instance as it is, or a `UserStore`. */
export type Auth<User, Attributes> = Lucia<User, Attributes> | UserStore<User, Attributes>;

/** Returns `null` for anything else, such as an `auth` that an import cycle has left `undefined`. */
export function toUserStore<User, Attributes>(
	auth: Auth<User, Attributes>,
): UserStore<User, Attributes> | null {
	if (isLucia<User, Attributes>(auth)) return luciaUserStore(auth);
	return "linkAccount" in Object(auth) ? auth : null;
}
