import { inspect } from "node:util";
import type { UserAnswers } from "../fake-provider.js";
import { partAt, partsOf, replacePart } from "../parts.js";
import type { Part, Recording } from "../recording.js";

/** A change to one part of one response. */
export interface Distortion {
	/** The URL of the response, or `id_token`. */
	where: string;
	/** Empty for the whole response. */
	path: string[];
	/** `undefined` removes the part. */
	value: unknown;
}

/** The claims beside the user's id that OpenID Connect requires to be right. */
const PROTOCOL_CLAIMS = ["iss", "aud", "exp", "iat", "nbf", "nonce", "azp"];

/** Yields every distortion of the responses about a user. */
export function* distort(answers: UserAnswers, { token }: Recording): Generator<Distortion> {
	for (const [where, answer] of Object.entries(answers)) {
		const tokenPath = token.names?.access_token ?? "access_token";
		const needed = where === "id_token" ? PROTOCOL_CLAIMS : where === token.url ? [tokenPath] : [];
		const paths = [...partsOf(answer)].filter(
			(names) => !needed.some((needed) => `${needed}.`.startsWith(`${names.join(".")}.`)),
		);
		for (const path of needed.length ? paths : [[], ...paths])
			for (const value of otherTypes(partAt(answer, path)))
				if (path.length || value !== undefined) yield { where, path, value };
	}
}

/** Returns the responses with one distortion. */
export function distorted(answers: UserAnswers, { where, path, value }: Distortion): UserAnswers {
	return { ...answers, [where]: replacePart(answers[where], path, value) };
}

/** Tells whether a distortion changes a part, something inside it, or something around it. */
export function concerns({ where, path }: Distortion, part: Part): boolean {
	const [one, other] = [`${part.path}.`, `${path.join(".")}.`];
	return part.in === where && (path.length === 0 || one.startsWith(other) || other.startsWith(one));
}

/** Tells whether a distortion changes exactly this part. */
export function isOf({ where, path }: Distortion, part: Part): boolean {
	return part.in === where && part.path === path.join(".");
}

/** `https://acme.example/me with null as user.avatar` */
export function describeDistortion({ where, path, value }: Distortion): string {
	return `${where} with ${value === undefined ? "no" : `${inspect(value)} as`} ${path.join(".") || "response"}`;
}

/** Returns `undefined`, a value of each other type, and empty or blank values of the same type. */
function otherTypes(value: unknown): unknown[] {
	return [undefined, null, "text", " ", 7, true, [], {}].filter(
		(other) => typeof other === "object" || other === " " || typeof other !== typeof value,
	);
}
