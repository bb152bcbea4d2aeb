/** What is known about a provider before its package is written. Anything but the name may be missing or `null`. */
export interface Facts {
	name: string;
	/** `oidc` if the token endpoint also responds with an ID token. */
	protocol?: string;
	docs?: string;
	console?: string;
	/** What the config takes beyond the settings of every provider. */
	config?: ConfigFact[];
	/** `{name}` stands for a setting, here and in the endpoints. */
	issuer?: string | null;
	/** Whether the authorization response has `iss`. */
	issuerResponse?: boolean | "unknown";
	endpoints?: Record<string, string | object | null>;
	/** The ways that work, the preferred one first. */
	clientAuth?: string | string[];
	/** `required` or `S256` where it is taken, `unsupported`, `plain` (S256 is not) or `unknown`. */
	pkce?: string;
	scopes?: { default?: string[]; separator?: string; email?: string[] };
	emailNeedsGrant?: boolean;
	authorizationParams?: { name: string; required?: boolean; example?: string }[];
	responseMode?: string;
	tokenRequest?: string | string[] | null;
	tokenResponse?: string | string[] | null;
	refresh?: { supported?: boolean; rotates?: boolean | null; note?: string | null };
	revoke?: { supported?: boolean; note?: string | null };
	userinfo?: Userinfo;
	/** What an e-mail address means: `claim`, `always`, `never` or `unknown`. */
	emailVerified?: string;
	emailVerifiedNote?: string | null;
	exampleUser?: unknown;
	exampleToken?: Record<string, unknown> | null;
	exampleError?: { status: number; body: unknown } | null;
	quirks?: string[];
	registration?: string[];
	unsettled?: string[];
	sources?: string[];
}

export interface ConfigFact {
	name: string;
	required?: boolean;
	meaning?: string;
	example?: string | null;
}

/** How the user is asked for, and where each value is in the response, as a dotted path from its root. */
export interface Userinfo {
	/** `id_token` where the ID token already carries the profile. */
	source?: string | null;
	method?: string | null;
	headers?: Record<string, string> | null;
	query?: Record<string, string> | null;
	/** JSON that a POST sends. */
	body?: unknown;
	/** The place of the user, if the response has it inside something else. */
	envelope?: string | null;
	id?: string | null;
	username?: string | null;
	name?: string | null;
	email?: string | null;
	emailVerified?: string | null;
	picture?: string | null;
	locale?: string | null;
	profileUrl?: string | null;
}

/** The facts that more than one of a package's files needs. */
export interface Plan {
	id: string;
	facts: Facts;
	isOidc: boolean;
	/** The settings that stand in the issuer or in an endpoint. */
	settings: ConfigFact[];
	endpoints: { authorization: string; token: string; jwks?: string; userinfo?: string; revocation?: string };
	clientAuth: string;
	takesPkce: boolean;
	/** The scopes that are always asked for. */
	scope: string[];
	/** The scope that only the e-mail address needs. */
	emailScope: string | undefined;
	/** The parameters that every authorization request needs beyond the standard ones. */
	params: Record<string, string>;
	/** The place of the user in the response, if it is not the whole response. */
	envelope: string | undefined;
	/** The user of the example. */
	user: unknown;
	/** The fields of the profile, each with its path in the provider's user. */
	paths: Partial<Record<ProfileField, string>>;
}

const PROFILE = {
	id: "id",
	username: "username",
	name: "name",
	email: "email",
	emailVerified: "emailVerified",
	picture: "picture",
	locale: "locale",
	url: "profileUrl",
} as const;

export type ProfileField = keyof typeof PROFILE;

const CLIENT_AUTH = ["client_secret_basic", "client_secret_post", "none"];

/** The values that the facts may have. Any other is most likely misspelt. */
const VALUES: Record<string, string[]> = {
	protocol: ["oauth2", "oidc"],
	pkce: ["required", "S256", "plain", "unsupported", "unknown"],
	clientAuth: [...CLIENT_AUTH, "private_key_jwt", "client_secret_jwt", "other"],
	responseMode: ["query", "form_post"],
	emailVerified: ["claim", "always", "never", "unknown"],
};

/** The names that stand below a fact. */
const NAMES: Record<string, string[]> = {
	endpoints: ["authorization", "token", "userinfo", "jwks", "revocation", "discovery", "endSession", "extra"],
	scopes: ["default", "separator", "email", "refresh"],
	userinfo: ["source", "method", "headers", "query", "body", "envelope", ...Object.values(PROFILE)],
};

/** Returns the facts that are not understood, each with what may stand there. */
export function problemsOf(facts: Facts): string[] {
	const given: Record<string, unknown> = { ...facts };
	const values = Object.entries(VALUES).flatMap(([fact, allowed]) =>
		[given[fact] ?? []]
			.flat()
			.filter((value) => !allowed.includes(`${value}`))
			.map((value) => `${fact} is "${value}", and not one of ${allowed.join(", ")}`),
	);
	const names = Object.entries(NAMES).flatMap(([fact, allowed]) =>
		Object.keys(Object(given[fact]))
			.filter((name) => !allowed.includes(name) && !/note$/i.test(name))
			.map((name) => `${fact}.${name} is not one of ${allowed.join(", ")}`),
	);
	return [...values, ...names];
}

/** Decides from the facts what kind of package it becomes. */
export function planPackage(id: string, facts: Facts): Plan {
	const { scopes = {}, config = [], clientAuth = [], userinfo = {} } = facts;
	const url = (name: string) => {
		const endpoint = facts.endpoints?.[name];
		return typeof endpoint === "string" ? endpoint : undefined;
	};
	const jwks = url("jwks");
	const query = new URLSearchParams(userinfo.query ?? {});
	const user = url("userinfo");
	const endpoints = {
		authorization: url("authorization") ?? "",
		token: url("token") ?? "",
		...(jwks && { jwks }),
		...(user && { userinfo: query.size > 0 ? `${user}?${query}` : user }),
		...(facts.revoke?.supported !== false && url("revocation") && { revocation: url("revocation") }),
	};
	const texts = [facts.issuer ?? "", ...Object.values(endpoints)].join();
	const asked = scopes.default ?? [];
	const [emailScope] = scopes.email ?? [];
	// A scope that is the only one brings the id too.
	const isOptional = emailScope !== undefined && asked.some((scope) => scope !== emailScope);
	const paths: Plan["paths"] = {};
	for (const [field, name] of Object.entries(PROFILE) as [ProfileField, keyof Userinfo][]) {
		const path = userinfo[name];
		if (typeof path === "string") paths[field] = path;
	}
	const prefix = `${userinfo.envelope}.`;
	const envelope = Object.values(paths).every((path) => path.startsWith(prefix))
		? userinfo.envelope
		: undefined;
	for (const [field, path] of Object.entries(paths) as [ProfileField, string][])
		if (envelope) paths[field] = path.slice(prefix.length);
	paths.id ??= facts.protocol === "oidc" ? "sub" : "id";
	// What vouches for nothing is never a proof.
	if (facts.emailVerified !== "claim" && facts.emailVerified !== "always") delete paths.emailVerified;
	return {
		id,
		facts,
		isOidc: facts.protocol === "oidc" && !!facts.issuer && !!jwks,
		settings: config.filter(({ name }) => texts.includes(`{${name}}`)),
		endpoints,
		clientAuth: [clientAuth].flat().find((method) => CLIENT_AUTH.includes(method)) ?? "client_secret_basic",
		// A provider that does not document PKCE most likely ignores it.
		takesPkce: facts.pkce !== "unsupported" && facts.pkce !== "plain",
		scope: asked.filter((scope) => !isOptional || scope !== emailScope),
		emailScope: isOptional ? emailScope : undefined,
		params: Object.fromEntries(
			(facts.authorizationParams ?? [])
				.filter(({ required }) => required)
				.map(({ name, example }) => [name, example ?? ""]),
		),
		envelope: envelope ?? undefined,
		user: envelope ? partAt(facts.exampleUser, envelope) : facts.exampleUser,
		paths,
	};
}

/** Returns a text with an example in place of each setting. */
export function withExamples(text: string, settings: ConfigFact[]): string {
	return settings.reduce((filled, { name, example }) => filled.replaceAll(`{${name}}`, `${example}`), text);
}

/** Returns the part of a response at a dotted path. */
export function partAt(response: unknown, path: string): unknown {
	return path.split(".").reduce<unknown>((part, name) => Object(part)[name], response);
}
