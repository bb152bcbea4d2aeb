import { toJson } from "../computed.ts";
import { manifestOf } from "../manifest.ts";
import { exportOf } from "../workspace.ts";
import type { Plan } from "./facts.ts";
import { readmeOf } from "./readme.ts";
import { recordingOf } from "./recording.ts";
import { sourceOf } from "./source.ts";

/** Returns the files of a new package, by their paths in it. They are formatted afterwards. */
export function filesOf(plan: Plan): Record<string, string> {
	const { id, facts } = plan;
	const name = exportOf(id);
	const manifest = manifestOf(id, {
		name: `@oauth/${id}`,
		version: "0.0.0",
		description: `Sign in with ${facts.name}`,
		keywords: ["oauth", "oauth2", id, "authentication", "sign-in", "lucia"],
		engines: { node: ">=20" },
		dependencies: Object.fromEntries(dependenciesOf(plan).map((name) => [name, "workspace:^"])),
	});
	return {
		"package.json": toJson(manifest),
		"tsconfig.json": "{}\n",
		"README.md": readmeOf(plan),
		"src/index.ts": sourceOf(plan),
		"test/recording.json": toJson(recordingOf(plan)),
		[`test/${id}.test.ts`]: `import { ${name} } from "@oauth/${id}";
import { testProvider } from "@oauth/testing/vitest";
import recording from "./recording.json" with { type: "json" };

testProvider(${name}, recording);
`,
	};
}

/** A package that checks a setting imports core itself. */
function dependenciesOf({ isOidc, settings }: Plan): string[] {
	if (!isOidc) return ["@oauth/core"];
	return settings.length > 0 ? ["@oauth/core", "@oauth/oidc"] : ["@oauth/oidc"];
}
