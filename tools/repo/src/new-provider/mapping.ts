import type { Plan, ProfileField } from "./facts.ts";
import { isIdentifier, topOf } from "./paths.ts";

/** The claims that `toProfile` of `@oauth/oidc` reads. */
export const STANDARD_CLAIMS: Record<ProfileField, string> = {
	id: "sub",
	username: "preferred_username",
	name: "name",
	email: "email",
	emailVerified: "email_verified",
	picture: "picture",
	locale: "locale",
	url: "profile",
};

/** Writes `toProfile` of an OpenID Connect provider, or nothing if its claims are the standard's. */
export function oidcMapping({ paths, facts }: Plan): string | undefined {
	const others = (Object.entries(paths) as [ProfileField, string][])
		.filter(([field, path]) => STANDARD_CLAIMS[field] !== path)
		.map(([field, path]) => `${field}: ${readPath("claims", path)}`);
	if (facts.userinfo?.emailVerified && !paths.emailVerified) others.push("emailVerified: undefined");
	if (others.length === 0) return undefined;
	return `\ntoProfile: (claims) => ({ ...toProfile(claims), ${others.join(", ")} }),`;
}

/** Writes `toProfile` of an OAuth 2.0 provider. */
export function mappingOf({ paths, facts }: Plan): string {
	const entries = Object.entries(paths) as [ProfileField, string][];
	const names = [...new Set(entries.map(([, path]) => topOf(path)))];
	const areNames = names.every(isIdentifier);
	const lines = entries.map(([field, path]) => {
		const value = areNames ? readPath("", path) : readPath("user", path);
		return value === field ? field : `${field}: ${value}`;
	});
	if (facts.emailVerified === "always" && !paths.emailVerified && paths.email)
		lines.push("emailVerified: true");
	const parameter = areNames ? `{ ${names.join(", ")} }` : "user";
	return `\ntoProfile: (${parameter}) => ({ ${lines.join(", ")} }),`;
}

/** Returns the expression for a dotted path, in which any part but the first may be missing. */
function readPath(root: string, path: string): string {
	const [first = "", ...rest] = path.split(".");
	const start = root ? `${root}${isIdentifier(first) ? "." : ""}${keyOf(first)}` : first;
	return [start, ...rest.map(keyOf)].join("?.");
}

function keyOf(name: string): string {
	if (isIdentifier(name)) return name;
	return /^\d+$/.test(name) ? `[${name}]` : `[${JSON.stringify(name)}]`;
}
