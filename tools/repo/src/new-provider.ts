import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { derivedFiles } from "./update.ts";
import { exportOf, root } from "./workspace.ts";

// `pnpm new <id> [facts.json]`: a package that says, by failing tests, what is still missing.
const [id = "", factsFile] = process.argv.slice(2);
const path = `${root}packages/${id}`;
if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) || existsSync(path)) {
	console.error("Usage: pnpm new <id> [facts.json], with an id in lower case whose package is not there yet");
	process.exit(1);
}

/** What is known of the provider already. */
interface Facts {
	name?: string;
	docs?: string;
	console?: string;
	sources?: string[];
	endpoints?: Record<string, string | null>;
	scopes?: { default?: string[]; separator?: string };
	clientAuth?: string | string[];
	pkce?: string;
	exampleToken?: Record<string, unknown>;
	exampleUser?: Record<string, unknown>;
	exampleError?: { status: number; body: Record<string, unknown> };
}
const facts: Facts = factsFile ? JSON.parse(readFileSync(factsFile, "utf8")) : {};
const name = facts.name ?? id;
const variable = exportOf(id);
const type = name.replace(/\W/g, "");
const { authorization, token, userinfo, revocation } = facts.endpoints ?? {};
const scope = facts.scopes?.default ?? [];
const clientAuth = [facts.clientAuth ?? "client_secret_basic"].flat()[0] ?? "client_secret_basic";
const takesPkce = facts.pkce === "S256" || facts.pkce === "required";

function write(file: string, content: string | object): void {
	const text = typeof content === "string" ? content : `${JSON.stringify(content, null, "\t")}\n`;
	writeFileSync(`${path}/${file}`, text);
}

mkdirSync(`${path}/src`, { recursive: true });
mkdirSync(`${path}/test`);

const manifest = JSON.parse(readFileSync(`${root}packages/github/package.json`, "utf8"));
write("package.json", {
	...manifest,
	name: `@oauth/${id}`,
	version: "0.0.0",
	description: `Sign in with ${name}`,
	keywords: ["oauth", "oauth2", id, "authentication", "sign-in", "lucia"],
});
write("tsconfig.json", readFileSync(`${root}packages/github/tsconfig.json`, "utf8"));
write(
	"src/index.ts",
	`import { defineProvider, type ProviderConfig } from "@oauth/core/provider";

export interface ${type}Config extends ProviderConfig {}

/** \`GET ${userinfo}\` */
export interface ${type}User {
	id: string;
}

/**
 * Sign in with ${name}.
 *
 * @see ${facts.docs ?? "https://"}
 */
export const ${variable} = defineProvider<${type}Config, ${type}User>({
	id: ${JSON.stringify(id)},
	name: ${JSON.stringify(name)},
	endpoints: {
		authorization: ${JSON.stringify(authorization ?? "")},
		token: ${JSON.stringify(token ?? "")},
${revocation ? `\t\trevocation: ${JSON.stringify(revocation)},\n` : ""}		user: ${JSON.stringify(userinfo ?? "")},
	},
	clientAuth: ${JSON.stringify(clientAuth)},
	pkce: ${JSON.stringify(takesPkce ? "S256" : "unsupported")},
	scope: ${JSON.stringify(scope)},

	toProfile: ({ id }) => ({ id }),
});

export default ${variable};
`,
);
write(
	`test/${id}.test.ts`,
	`import { ${variable} } from "@oauth/${id}";
import { testProvider } from "@oauth/testing/vitest";
import recording from "./recording.json" with { type: "json" };

testProvider(${variable}, recording);
`,
);
write("test/recording.json", {
	sources: facts.sources?.filter((source) => source.startsWith("https:")) ?? [],
	authorization: {
		url: authorization ?? "",
		scope: scope.join(facts.scopes?.separator ?? " "),
		pkce: takesPkce,
	},
	token: { url: token ?? "", clientAuth, answer: facts.exampleToken ?? {} },
	user: userinfo ? { [userinfo]: facts.exampleUser ?? {} } : {},
	id: { in: userinfo ?? "", path: "id" },
	profile: { id: "what the profile has to be, in full" },
	tokenError: {
		status: facts.exampleError?.status ?? 400,
		answer: facts.exampleError?.body ?? {},
		providerError: facts.exampleError?.body.error ?? null,
	},
});
const sections =
	readFileSync(`${root}packages/github/README.md`, "utf8").match(/^## (?!Not settled).*$/gm) ?? [];
write("README.md", `# @oauth/${id}\n\nSign in with ${name}.\n\n${sections.join("\n\n")}\n`);

// biome-ignore lint/suspicious/noExplicitAny: one of our own JSON files
function change(file: string, edit: (content: any) => void): void {
	const content = JSON.parse(readFileSync(root + file, "utf8"));
	edit(content);
	writeFileSync(root + file, `${JSON.stringify(content, null, "\t")}\n`);
}
change("tools/repo/package.json", (manifest) => {
	const dependencies = { ...manifest.dependencies, [`@oauth/${id}`]: "workspace:*" };
	manifest.dependencies = Object.fromEntries(Object.entries(dependencies).sort());
});
writeFileSync(
	`${root}.changeset/first-release-${id}.md`,
	`---\n"@oauth/${id}": major\n---\n\nSign in with ${name}.\n`,
);
for (const [file, content] of Object.entries(derivedFiles())) writeFileSync(root + file, content);
console.log(`packages/${id} is made. Go on from what fails:
pnpm install && pnpm build && pnpm exec vitest run --project=unit packages/${id}`);
