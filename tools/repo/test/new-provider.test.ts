import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compile, type TypeFault } from "../src/compile.ts";
import { generateProject, removeProject } from "../src/generated-project.ts";
import { type Facts, planPackage, problemsOf } from "../src/new-provider/facts.ts";
import { filesOf } from "../src/new-provider/files.ts";
import { root } from "../src/workspace.ts";

const TOKENS = {
	exampleToken: {
		access_token: "access-of-ada",
		refresh_token: "refresh-of-ada",
		token_type: "bearer",
		expires_in: 3600,
	},
	exampleError: { status: 400, body: { error: "invalid_grant", error_description: "The code has expired" } },
};

const OAUTH2: Facts = {
	name: "Acme",
	protocol: "oauth2",
	docs: "https://docs.acme.example/oauth",
	endpoints: {
		authorization: "https://acme.example/authorize",
		token: "https://acme.example/token",
		userinfo: "https://api.acme.example/me",
		revocation: "https://acme.example/revoke",
	},
	clientAuth: ["private_key_jwt", "client_secret_post"],
	pkce: "required",
	scopes: { default: ["profile", "mail"], separator: ",", email: ["mail"] },
	authorizationParams: [{ name: "audience", required: true, example: "api.acme.example" }],
	refresh: { supported: true, rotates: true },
	revoke: { supported: true, note: "As in RFC 7009." },
	userinfo: {
		method: "GET",
		headers: { Authorization: "Bearer {accessToken}", "Acme-Version": "2" },
		query: { fields: "all" },
		id: "data.id",
		username: "data.login",
		email: "data.mails.0.address",
		emailVerified: "data.mails.0.verified",
		picture: "data.pictures.large-size",
	},
	emailVerified: "claim",
	exampleUser: {
		data: {
			id: 36,
			login: "ada",
			mails: [{ address: "ada@example.com", verified: true }],
			pictures: { "large-size": "https://acme.example/ada.png" },
		},
	},
	...TOKENS,
};

const SELF_HOSTED: Facts = {
	...OAUTH2,
	config: [{ name: "host", required: true, meaning: "The server", example: "acme.example" }],
	endpoints: {
		authorization: "https://{host}/authorize",
		token: "https://{host}/token",
		userinfo: "https://{host}/me",
	},
	refresh: { supported: false },
	emailVerified: "never",
};

const OWN_URL: Facts = {
	...SELF_HOSTED,
	config: [{ name: "baseUrl", required: true, meaning: "The server", example: "https://acme.example" }],
	endpoints: {
		authorization: "{baseUrl}/authorize",
		token: "{baseUrl}/token",
		userinfo: "{baseUrl}/me",
	},
};

const GRAPHQL: Facts = {
	...OAUTH2,
	userinfo: {
		...OAUTH2.userinfo,
		method: "POST",
		envelope: "data",
		body: { query: "{ viewer { id } }" },
	},
};

const OIDC: Facts = {
	name: "Acme",
	protocol: "oidc",
	docs: "https://docs.acme.example/oidc",
	issuer: "https://acme.example/",
	issuerResponse: true,
	endpoints: {
		authorization: "https://acme.example/authorize",
		token: "https://acme.example/token",
		userinfo: "https://acme.example/userinfo",
		jwks: "https://acme.example/keys",
	},
	clientAuth: "client_secret_basic",
	pkce: "S256",
	scopes: { default: ["openid", "profile"], separator: " ", email: ["email"] },
	refresh: { supported: false },
	userinfo: {
		method: "GET",
		id: "sub",
		username: "nickname",
		name: "name",
		email: "email",
		emailVerified: "email_verified",
	},
	emailVerified: "claim",
	exampleUser: {
		sub: "ada-36",
		nickname: "ada",
		name: "Ada Example",
		email: "ada@example.com",
		email_verified: true,
	},
	...TOKENS,
};

const OIDC_WITH_OWN_CLAIMS: Facts = {
	...OIDC,
	userinfo: { ...OIDC.userinfo, source: "id_token", username: "login.name" },
	exampleUser: {
		...Object(OIDC.exampleUser),
		aud: "another-client",
		exp: 1,
		iat: 1,
		nonce: "another",
		login: { name: "ada" },
	},
};

const PACKAGES: Record<string, Facts> = {
	"facts about OAuth 2.0": OAUTH2,
	"facts about a server of the app's own": SELF_HOSTED,
	"facts about the URL of a server of the app's own": OWN_URL,
	"facts about OpenID Connect": OIDC,
	"facts about an ID token with claims of its own": OIDC_WITH_OWN_CLAIMS,
	"facts about a GraphQL API": GRAPHQL,
	"a name alone": { name: "Acme" },
	"facts about a revocation of the provider's own": {
		...OAUTH2,
		revoke: { supported: true, note: "Not RFC 7009: the token as Bearer." },
	},
};

const FOLDER = "tools/repo/.generated/new";

const idOf = (kind: string) => `acme-${Object.keys(PACKAGES).indexOf(kind)}`;

let project: string;
let faults: TypeFault[];
let outcomes: Map<string, Outcome[]>;
beforeAll(async () => {
	const ids = Object.keys(PACKAGES).map(idOf);
	const files = Object.entries(PACKAGES).flatMap(([kind, facts]) =>
		Object.entries(filesOf(planPackage(idOf(kind), facts)))
			.filter(([file]) => file !== "tsconfig.json")
			.map(([file, content]) => [`${idOf(kind)}/${file}`, content]),
	);
	// Each imports itself by its name.
	const alias = Object.fromEntries(ids.map((id) => [`@oauth/${id}`, `${root}${FOLDER}/${id}/src/index.ts`]));
	const config = { test: { include: ["*/test/*.test.ts"], isolate: false }, resolve: { alias } };
	project = generateProject(
		"new",
		{ ...Object.fromEntries(files), "vitest.config.mjs": `export default ${JSON.stringify(config)};` },
		{ paths: Object.fromEntries(ids.map((id) => [`@oauth/${id}`, [`./${id}/src/index.ts`]])) },
	);
	[faults, outcomes] = await Promise.all([compile(project), runTests(project)]);
}, 120_000);
afterAll(() => removeProject(project));

interface Outcome {
	title: string;
	status: string;
	failureMessages: string[];
}

/** Runs the packages' tests, as their authors do. Returns the outcomes by package. */
async function runTests(folder: string): Promise<Map<string, Outcome[]>> {
	const report = `${root}${folder}/report.json`;
	// A test runner in a test runner has to think that it is the only one.
	const env = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS)/.test(name));
	await promisify(execFile)(
		process.execPath,
		[`${root}node_modules/vitest/vitest.mjs`, "run", "--reporter=json", `--outputFile=${report}`],
		{ cwd: `${root}${folder}`, env: Object.fromEntries(env) },
	).catch(() => undefined);
	const { testResults } = JSON.parse(readFileSync(report, "utf8"));
	return new Map(
		testResults.map(({ name, assertionResults }: { name: string; assertionResults: Outcome[] }) => [
			basename(name, ".test.ts"),
			assertionResults,
		]),
	);
}

function failuresOf(kind: string): Outcome[] {
	return (outcomes.get(idOf(kind)) ?? []).filter(({ status }) => status !== "passed");
}

test("every package that is made compiles", () => {
	expect(faults).toEqual([]);
	expect(outcomes.size).toBe(Object.keys(PACKAGES).length);
});

test.each(Object.keys(PACKAGES).slice(0, 4))(
	"a package made from %s keeps the contract without a line by hand",
	(kind) => {
		expect(outcomes.get(idOf(kind))?.length).toBeGreaterThan(20);
		expect(failuresOf(kind)).toEqual([]);
	},
);

test("refresh tokens are said to stay the same only where the facts say so", () => {
	const sourceOf = (rotates: boolean | null) =>
		filesOf(planPackage("acme", { ...OAUTH2, refresh: { supported: true, rotates } }))["src/index.ts"];
	expect(sourceOf(false)).toContain('tokenPolicy: { rotation: "never" },');
	for (const rotates of [true, null]) expect(sourceOf(rotates)).not.toContain("tokenPolicy");
});

test("facts that are misspelt are named, each with what may stand there", () => {
	for (const facts of Object.values(PACKAGES)) expect(problemsOf(facts)).toEqual([]);
	const misspelt = { ...OAUTH2, pkce: "s256", clientAuth: ["basic"], emailVerified: "yes" };
	Object.assign(misspelt, { endpoints: { authorisation: "" }, userinfo: { displayName: "name" } });
	expect(problemsOf(misspelt)).toEqual([
		expect.stringContaining('pkce is "s256", and not one of required, S256'),
		expect.stringContaining('clientAuth is "basic", and not one of client_secret_basic'),
		expect.stringContaining('emailVerified is "yes", and not one of claim'),
		expect.stringContaining("endpoints.authorisation is not one of authorization"),
		expect.stringContaining("userinfo.displayName is not one of source"),
	]);
});

test("a package made from a name alone fails by one test, which says what to write", () => {
	const failures = failuresOf("a name alone");
	expect(failures).toHaveLength(1);
	for (const problem of ["sources is empty", "authorization.url is empty", "token.url is empty"])
		expect(failures[0]?.failureMessages.join()).toContain(`recording.json: ${problem}`);
});

test("a package whose provider revokes in a way of its own fails until the recording says how", () => {
	const failures = failuresOf("facts about a revocation of the provider's own");
	expect(failures).toHaveLength(1);
	expect(failures[0]?.failureMessages.join()).toContain("recording.json: revocation.method");
});
