import { exportOf } from "../workspace.ts";
import type { ConfigFact, Plan, Userinfo } from "./facts.ts";
import { mappingOf, oidcMapping } from "./mapping.ts";
import { toKey } from "./paths.ts";
import { userType } from "./user-type.ts";

/** Writes `src/index.ts`. It is formatted afterwards. */
export function sourceOf(plan: Plan): string {
	const { id, facts, isOidc, settings } = plan;
	const name = exportOf(id);
	const type = typeNameOf(facts.name);
	const mapping = isOidc ? oidcMapping(plan) : mappingOf(plan);
	const imported = isOidc
		? [
				"defineOidcProvider",
				"type IdTokenClaims",
				settings.length > 0 && "type OidcDefinition",
				"type OidcProviderConfig",
				"type StandardClaims",
				mapping && "toProfile",
			]
		: [
				"defineProvider",
				plan.emailScope && "type EmailConfig",
				"type ProviderConfig",
				settings.length > 0 && "type ProviderDefinition",
			];
	const define = isOidc ? "defineOidcProvider" : "defineProvider";
	const result = isOidc ? "OidcDefinition" : "ProviderDefinition";
	const definition = `{\n${[...fieldsOf(plan), mapping].filter(Boolean).join("\n")}\n}`;
	const names = settings.map(({ name }) => name).join(", ");
	const imports = ["urlProblem", ...(serverOf(plan) ? ["normalizeUrl"] : [])].join(", ");
	const body = serverOf(plan)
		? `{\nconst server = normalizeUrl(${serverOf(plan)});\nreturn ${definition};\n}`
		: `(${definition})`;
	const call =
		settings.length > 0
			? `${define}(({ ${names} }: ${type}Config): ${result}<${type}User> => ${body})`
			: `${define}<${type}Config, ${type}User>(${definition})`;
	return `${settings.length > 0 ? `import { ${imports} } from "@oauth/core/provider";\n` : ""}import { ${imported.filter(Boolean).join(", ")} } from "${isOidc ? "@oauth/oidc" : "@oauth/core/provider"}";

export interface ${type}Config extends ${baseOf(plan)} {${settings.map(memberOf).join("\n")}}

${userType(plan, type)}

/**
 * Sign in with ${facts.name}.
 *
 * @see ${facts.docs ?? ""}
 */
export const ${name} = ${call};

export default ${name};
`;
}

function typeNameOf(name: string): string {
	return name.replace(/\W/g, "");
}

function baseOf({ isOidc, settings, emailScope }: Plan): string {
	if (isOidc) return settings.length > 0 ? `Omit<OidcProviderConfig, "issuer">` : "OidcProviderConfig";
	return emailScope ? "ProviderConfig, EmailConfig" : "ProviderConfig";
}

function memberOf({ name, required, meaning, example }: ConfigFact): string {
	const text = `${meaning ?? name}${example ? `, such as \`${example}\`` : ""}.`;
	return `\n${docstring(text)}\n${name}${required ? "" : "?"}: string | undefined;\n`;
}

const LINE_WIDTH = 110;

function docstring(text: string): string {
	if (text.length < LINE_WIDTH) return `/** ${text} */`;
	const lines = text.match(new RegExp(`.{1,${LINE_WIDTH}}(?: |$)`, "g")) ?? [text];
	return `/**\n${lines.map((line) => ` * ${line.trim()}\n`).join("")} */`;
}

/** The definition but for `toProfile`, line by line. */
function fieldsOf(plan: Plan): string[] {
	const {
		id,
		facts,
		isOidc,
		settings,
		endpoints,
		clientAuth,
		takesPkce,
		scope,
		emailScope,
		params,
		envelope,
	} = plan;
	const { userinfo } = facts;
	const server = serverOf(plan);
	const textOf = (text: string) =>
		toText(server ? text.replaceAll(`{${server}}`, "{server}") : text, settings);
	const issuer = facts.issuer ? textOf(facts.issuer) : undefined;
	const { authorization, token, jwks, userinfo: user, revocation } = endpoints;
	const asksUserinfo = isOidc && userinfo?.source !== "id_token";
	const urls = {
		authorization,
		token,
		jwks: isOidc ? jwks : undefined,
		userinfo: asksUserinfo ? user : undefined,
		revocation,
		user: isOidc ? undefined : user,
	};
	const required = settings.filter((setting) => setting.required).map(({ name }) => name);
	const isUsualScope = isOidc && scope.join() === "openid,profile";
	return [
		`id: ${JSON.stringify(id)},`,
		`name: ${JSON.stringify(facts.name)},`,
		issuer && (isOidc || facts.issuerResponse === true) && `issuer: ${issuer},`,
		facts.issuerResponse === true && "authorizationResponseIss: true,",
		isOidc && settings.length > 0 && "manyIssuers: true,",
		!isOidc && settings.length > 0 && `idServer: ${server ? "server" : textOf(hostOf(authorization))},`,
		required.length > 0 && `required: { ${required.join(", ")} },`,
		settings.length > 0 && `invalid: { ${settings.map(problemOf).join(", ")} },`,
		`endpoints: {\n${Object.entries(urls)
			.filter(([, url]) => url !== undefined)
			.map(([name, url]) => `${name}: ${textOf(url ?? "")},`)
			.join("\n")}\n},`,
		!(isOidc && clientAuth === "client_secret_basic") && `clientAuth: ${JSON.stringify(clientAuth)},`,
		!(isOidc && takesPkce) && `pkce: ${takesPkce ? `"S256"` : `"unsupported"`},`,
		!isUsualScope && `scope: ${JSON.stringify(scope)},`,
		emailScope && !(isOidc && emailScope === "email") && `emailScope: ${JSON.stringify(emailScope)},`,
		facts.emailNeedsGrant && emailScope && "emailNeedsGrant: true,",
		facts.scopes?.separator &&
			facts.scopes.separator !== " " &&
			`scopeSeparator: ${JSON.stringify(facts.scopes.separator)},`,
		Object.keys(params).length > 0 &&
			`authorizationParams: { ${Object.entries(params)
				.map(([name, value]) => `${toKey(name)}: ${JSON.stringify(value)}`)
				.join(", ")} },`,
		facts.responseMode === "form_post" && `responseMode: "form_post",`,
		facts.refresh?.supported === false && "refresh: false,",
		facts.refresh?.supported && facts.refresh.rotates === false && `tokenPolicy: { rotation: "never" },`,
		asksUserinfo &&
			`\n// The ID token alone lacks the user's claims.\nisComplete: ({ ${completeClaim(plan)} }) => !!${completeClaim(plan)},`,
		!isOidc && userRequestOf(userinfo),
		!isOidc && envelope && `userPath: ${JSON.stringify(envelope)},`,
	].filter((line) => typeof line === "string");
}

/** How the user is asked for, where it is not a plain GET. */
function userRequestOf({ method, body, headers = {} }: Userinfo = {}): string | undefined {
	const own = Object.entries(headers ?? {})
		.filter(([name]) => !/^(authorization|content-type)$/i.test(name))
		.filter(([, value]) => !value.includes("{") && value !== "application/json")
		.map(([name, value]) => `${toKey(name.toLowerCase())}: ${JSON.stringify(value)}`);
	const members = [
		method === "POST" && `method: "POST"`,
		body && `json: ${JSON.stringify(body)}`,
		own.length > 0 && `headers: { ${own.join(", ")} }`,
	].filter(Boolean);
	return members.length > 0 ? `userRequest: { ${members.join(", ")} },` : undefined;
}

/** The setting that is the URL of a server of the app's own, with which the endpoints begin. */
function serverOf({ settings, endpoints }: Plan): string | undefined {
	const isUrl = ({ name, example }: ConfigFact) =>
		example?.startsWith("https://") && endpoints.authorization.startsWith(`{${name}}`);
	return settings.find(isUrl)?.name;
}

/** A claim that every user has, and that the ID token has only where it has them all. */
function completeClaim({ paths }: Plan): string {
	const claims = [paths.name, paths.username, paths.email].filter((claim) => claim !== undefined);
	return claims[0] ?? "name";
}

function problemOf({ name, example }: ConfigFact): string {
	return example?.startsWith("https://")
		? `${name}: urlProblem(${name})`
		: `${name}: urlProblem(\`https://\${${name}}\`) && ${JSON.stringify(`must look like ${example}`)}`;
}

/** A string, or a template with settings in it. */
function toText(text: string, settings: ConfigFact[]): string {
	if (![...settings, { name: "server" }].some(({ name }) => text.includes(`{${name}}`)))
		return JSON.stringify(text);
	return `\`${text.replaceAll("{", "${")}\``;
}

function hostOf(url: string): string {
	return url.replace(/^https:\/\/|\/.*$/g, "");
}
