import { existsSync, readFileSync } from "node:fs";
import type { Recording } from "@oauth/testing";
import { replaceComputed } from "./computed.ts";
import { settingsOf } from "./settings.ts";
import { exportOf, root } from "./workspace.ts";

/** Absolute, because npm shows the READMEs too. */
const CORE = "https://www.npmjs.com/package/@oauth/core";

/** The interfaces whose settings are described in core's README. */
const COMMON = ["ProviderConfig", "EmailConfig"];

/** Returns a provider's README with the computed blocks, which are the same for all providers. */
export function providerReadme(folder: string, readme: string): string {
	return replaceComputed(replaceComputed(readme, "setup", setup(folder)), "settings", settings(folder));
}

function setup(folder: string): string {
	const name = exportOf(folder);
	const prefix = folder.replaceAll("-", "_").toUpperCase();
	const required = settingsOf(folder).filter(({ name, required }) => required && name !== "redirectUri");
	// The client's id and secret come first, as everywhere.
	const order = ["clientId", "clientSecret"];
	const names = [...new Set([...order, ...required.map(({ name }) => name)])].filter((setting) =>
		required.some(({ name }) => name === setting),
	);
	const lines = names.map((setting) => `\t${setting}: process.env.${prefix}_${toConstant(setting)},`);
	return `\`\`\`sh
npm install @oauth/${folder} @oauth/core
\`\`\`

\`\`\`ts
// ${folder}.ts
import ${name} from "@oauth/${folder}";
import { auth } from "./auth.js";

export const ${name}Auth = ${name}(auth, {
${lines.join("\n")}
	redirectUri: "https://example.com/login/${folder}/callback",
});
\`\`\`

\`auth\` is a \`lucia-auth\` 1.x or \`lucia\` 2.x instance, or [three functions of your own](${CORE}#user-stores). \`${name}(config)\` without it returns who signed in, and the users are up to you.

The login route and the callback route are the same for every provider: copy them from [the two routes](${CORE}#the-two-routes). [Linking accounts](${CORE}#linking-accounts) and [the errors](${CORE}#errors) are described there too. The account is the \`providerUserId\`, never the e-mail address: see [the security notes](${CORE}#security-notes).`;
}

function toConstant(setting: string): string {
	return setting.replace(/(?=[A-Z])/g, "_").toUpperCase();
}

function settings(folder: string): string {
	const all = settingsOf(folder);
	const own = all.filter(({ declaredBy }) => !COMMON.includes(declaredBy));
	const common = all.filter(({ declaredBy }) => COMMON.includes(declaredBy)).map(({ name }) => `\`${name}\``);
	const rows = own.map(
		({ name, required, text }) =>
			`| \`${name}\`${required ? " (required)" : ""} | ${text.replaceAll("|", "\\|")} |`,
	);
	const table = ["| Setting | Meaning |", "| --- | --- |", ...rows, "", ""].join("\n");
	return `${own.length > 0 ? table : ""}${enumerate(common)} are [settings that every provider takes](${CORE}#settings).${scopes(folder)}`;
}

/** Says which scopes a sign-in asks for, as recorded. */
function scopes(folder: string): string {
	const file = `${root}packages/${folder}/test/recording.json`;
	if (!existsSync(file)) return "";
	const { authorization }: Pick<Recording, "authorization"> = JSON.parse(readFileSync(file, "utf8"));
	const { scope, email } = authorization;
	const names = scope.split(/[ ,]/).filter(Boolean);
	const asked =
		names.length > 0
			? `A sign-in asks for the ${names.length > 1 ? "scopes" : "scope"} ${enumerate(names.map((name) => `\`${name}\``))}`
			: "A sign-in asks for no scope";
	if (!email) return ` ${asked}.`;
	const isOnly = names.every((name) => name === email.scope);
	return email.byDefault
		? ` ${asked}; with \`email: false\`, ${isOnly ? "for none" : `not for \`${email.scope}\``}.`
		: ` ${asked}; with \`email: true\`, for \`${email.scope}\`${isOnly ? "" : " too"}.`;
}

function enumerate(words: string[]): string {
	return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words.join();
}
