import { type Plan, partAt } from "./facts.ts";
import { STANDARD_CLAIMS } from "./mapping.ts";
import { toKey, topOf } from "./paths.ts";

/** Writes the interface of `providerUser`, from the example: only the id is certain to be there. */
export function userType({ facts, isOidc, endpoints, envelope, user, paths }: Plan, type: string): string {
	if (isOidc) {
		const source = facts.userinfo?.source === "id_token" ? "" : ", joined with the userinfo response";
		const standard = Object.values(STANDARD_CLAIMS);
		const own = Object.values(paths)
			.map(topOf)
			.filter((name) => !standard.includes(name));
		const members = [...new Set(own)].map(
			(name) => `${toKey(name)}?: ${typeOf(partAt(user, name), pathsBelow(name, paths))};`,
		);
		return `/** The claims of the ID token${source}. */\nexport interface ${type}User extends IdTokenClaims, StandardClaims {${members.join("\n")}}`;
	}
	const idName = topOf(paths.id ?? "id");
	const names = [...new Set(Object.values(paths).map(topOf))];
	const members = names.map((name) => {
		const isIdName = name === idName;
		return `${toKey(name)}${isIdName ? "" : "?"}: ${typeOf(partAt(user, name), pathsBelow(name, paths))};`;
	});
	const place = envelope ? `\`${envelope}\` of ` : "";
	return `/** ${place}\`${facts.userinfo?.method ?? "GET"} ${pathOf(endpoints.userinfo)}\` */\nexport interface ${type}User {\n${members.join("\n")}\n}`;
}

function pathsBelow(name: string, paths: Plan["paths"]): string[] {
	return Object.values(paths)
		.filter((path) => path.startsWith(`${name}.`))
		.map((path) => path.slice(name.length + 1));
}

/** The type of a value that is documented by one example: of objects, the members that are read. */
function typeOf(value: unknown, paths: string[]): string {
	if (value === undefined) return "string";
	if (value === null) return "string | null";
	if (Array.isArray(value))
		return `${typeOf(
			value[0],
			paths.map((path) => path.replace(/^\d+\./, "")),
		)}[]`;
	if (typeof value !== "object") return typeof value;
	const names = [...new Set(paths.map(topOf))];
	const below = (name: string) =>
		paths.filter((path) => path.startsWith(`${name}.`)).map((path) => path.slice(name.length + 1));
	return `{ ${names.map((name) => `${toKey(name)}?: ${typeOf(partAt(value, name), below(name))}`).join("; ")} }`;
}

function pathOf(url = ""): string {
	return url.replace(/^https:\/\/[^/]+/, "");
}
