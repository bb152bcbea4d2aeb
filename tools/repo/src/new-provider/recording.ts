import type { Recording, UserPost } from "@oauth/testing";
import { type Facts, type Plan, partAt, withExamples } from "./facts.ts";

/** The contract can't look for a shorter secret in errors. */
const MIN_TOKEN_LENGTH = 8;

/** Writes `test/recording.json`. What no fact says is left empty, and the contract asks for it. */
export function recordingOf(plan: Plan): Recording {
	const { facts, isOidc, endpoints, clientAuth, takesPkce, scope, emailScope, params, settings, paths } =
		plan;
	const placeOf = (path = "") => [plan.envelope, path].filter(Boolean).join(".");
	const fill = (text: string) => withExamples(text, settings);
	const userinfo = fill(endpoints.userinfo ?? "");
	const isInIdToken = isOidc && facts.userinfo?.source === "id_token";
	const user = isInIdToken ? "id_token" : userinfo;
	const example = facts.exampleUser ?? {};
	const issuer = fill(facts.issuer ?? "");
	const byDefault = !facts.emailNeedsGrant;
	const sent = emailScope && byDefault ? [...scope, emailScope] : scope;
	const { id_token, ...token } = lengthen(facts.exampleToken ?? {});
	const error = Object(facts.exampleError?.body);
	return {
		sources: sourcesOf(facts),
		...(settings.length > 0 && {
			config: Object.fromEntries(settings.map(({ name, example }) => [name, example])),
		}),
		authorization: {
			url: fill(endpoints.authorization),
			scope: sent.join(facts.scopes?.separator ?? " "),
			...(Object.keys(params).length > 0 && { params }),
			...(emailScope && { email: { scope: emailScope, byDefault } }),
			pkce: takesPkce,
			...(facts.responseMode === "form_post" && { formPost: true }),
			...(facts.issuerResponse === true && { iss: issuer }),
		},
		token: { url: fill(endpoints.token), clientAuth, answer: token },
		...(isOidc && {
			idToken: {
				jwks: fill(endpoints.jwks ?? ""),
				claims: { iss: issuer, ...(isInIdToken ? ownClaims(example) : { sub: partAt(example, "sub") }) },
			},
		}),
		user: !isInIdToken && userinfo ? { [userinfo]: example as Recording["user"][string] } : {},
		...(facts.userinfo?.method === "POST" && { userPosts: { [userinfo]: postOf(facts.userinfo.body) } }),
		id: { in: isOidc ? "id_token" : user, path: placeOf(paths.id) },
		...(paths.emailVerified && { verified: { in: user, path: placeOf(paths.emailVerified) } }),
		profile: profileOf(plan),
		tokenError: {
			status: facts.exampleError?.status ?? 400,
			answer: error,
			providerError: typeof error.error === "string" ? error.error : null,
		},
		...(facts.refresh?.supported && {
			refresh: { answer: refreshed(token, facts.refresh.rotates === true) },
		}),
		...(endpoints.revocation && {
			// Another request than RFC 7009's has to be written by hand.
			revocation: isStandard(facts.revoke?.note)
				? { url: fill(endpoints.revocation), method: "POST", clientAuth, status: 200 }
				: { url: fill(endpoints.revocation), method: "", clientAuth: "", status: 200 },
		}),
	};
}

/** Returns the claims without those that the fake provider adds. */
function ownClaims(example: unknown): object {
	const { aud, exp, iat, nonce, ...claims } = Object(example);
	return claims;
}

/** Returns the URLs of the pages, each once. */
function sourcesOf({ docs, sources = [] }: Facts): string[] {
	const urls = [docs, ...sources].flatMap((source) => /https:\S+\w\/?/.exec(`${source}`)?.[0] ?? []);
	return urls.filter((url, index) => urls.findIndex((other) => isSamePage(other, url)) === index);
}

function isSamePage(one: string, other: string): boolean {
	return one.replace(/\/$/, "") === other.replace(/\/$/, "");
}

function postOf(body: unknown): UserPost {
	return body ? { json: body } : {};
}

function isStandard(note: string | null | undefined): boolean {
	return !/not RFC 7009|bearer|DELETE|JSON|GET /i.test(note ?? "");
}

/** Made-up tokens that are too short get an end. */
function lengthen(answer: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(answer).map(([name, value]) => [
			name,
			/_token$/.test(name) && typeof value === "string" && value.length < MIN_TOKEN_LENGTH
				? `${value}-${name.replace("_", "-")}-of-ada`
				: value,
		]),
	);
}

function refreshed(token: Record<string, unknown>, rotates: boolean): Record<string, unknown> {
	const { refresh_token, ...rest } = token;
	return {
		...rest,
		access_token: `fresh-${token.access_token}`,
		...(rotates && { refresh_token: `fresh-${refresh_token}` }),
	};
}

function profileOf({ facts, isOidc, paths, settings, endpoints, user }: Plan): Recording["profile"] {
	const server = withExamples((isOidc && facts.issuer) || endpoints.authorization, settings).replace(
		/^https:\/\//,
		"",
	);
	const host = isOidc ? server.replace(/\/$/, "") : server.replace(/\/.*$/, "");
	const claims = isOidc ? { givenName: "given_name", familyName: "family_name" } : {};
	const entries = Object.entries({ ...paths, ...claims }).flatMap(([field, path]) => {
		const value = partAt(user, path);
		if (value === undefined || value === null || value === "") return [];
		if (field === "emailVerified") return [[field, `${value}` === "true"]];
		return [[field, field === "id" && settings.length > 0 ? `${value}@${host}` : `${value}`]];
	});
	if (facts.emailVerified === "always" && !paths.emailVerified) entries.push(["emailVerified", true]);
	const profile: Recording["profile"] = { id: "", ...Object.fromEntries(entries) };
	const name = [profile.givenName, profile.familyName].filter(Boolean).join(" ");
	return { ...profile, ...(name && !profile.name && { name }) };
}
