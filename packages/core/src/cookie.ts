/** The attributes of a cookie, in the form that frameworks take. */
export interface CookieAttributes {
	httpOnly: boolean;
	secure: boolean;
	sameSite: "lax" | "none";
	path: string;
	/** In seconds. */
	maxAge: number;
}

/** A cookie in the form that frameworks take: `cookies.set(name, value, attributes)`, or `serialize()` for a header. */
export interface Cookie {
	name: string;
	value: string;
	attributes: CookieAttributes;
	/** Returns the value of a `Set-Cookie` header. */
	serialize(): string;
}

export function createCookie(name: string, value: string, attributes: CookieAttributes): Cookie {
	return {
		name,
		value,
		attributes,
		serialize() {
			const { path, maxAge, sameSite, secure } = attributes;
			const site = sameSite === "none" ? "None" : "Lax";
			return `${name}=${value}; Path=${path}; Max-Age=${maxAge}; HttpOnly; SameSite=${site}${secure ? "; Secure" : ""}`;
		},
	};
}
