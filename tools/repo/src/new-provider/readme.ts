import type { Facts, Plan, ProfileField } from "./facts.ts";

/** Writes the README: its frame is computed afterwards, and its sections hold what the facts know. */
export function readmeOf({ id, facts, isOidc, paths }: Plan): string {
	const response = isOidc ? "the claims of the ID token" : `the response of the user endpoint`;
	const rows = (Object.entries(paths) as [ProfileField, string][]).map(
		([field, path]) => `| \`${field}\` | \`${path}\` |`,
	);
	return `${[
		`# @oauth/${id}`,
		`Sign in with ${facts.name}.`,
		"<!-- draft: the sections below hold the facts as they are. Write them in plain English, then delete this line. -->",
		"<!-- setup: computed by `pnpm update:repo` -->\n<!-- /setup -->",
		"## Register your app",
		registration(facts),
		"## Settings",
		"<!-- settings: computed by `pnpm update:repo` -->\n<!-- /settings -->",
		"## The user",
		`\`providerUser\` is ${response}. \`providerUserId\` is its \`${paths.id ?? ""}\`.`,
		[`| Profile | ${facts.name} |`, "| --- | --- |", ...rows].join("\n"),
		"## E-mail",
		facts.emailVerifiedNote ?? "",
		"## Refresh and revocation",
		bullets([
			facts.refresh?.supported === false ? `${facts.name} has no refresh tokens.` : facts.refresh?.note,
			facts.revoke?.supported === false ? `${facts.name} revokes no tokens.` : facts.revoke?.note,
		]),
		"## Quirks",
		bullets(facts.quirks ?? []),
		facts.unsettled?.length && `## Not settled\n\n${bullets(facts.unsettled)}`,
	]
		.filter(Boolean)
		.join("\n\n")}\n`;
}

function registration({ registration = [], console }: Facts): string {
	const isLinked = registration.some((step) => step.includes("https://"));
	const steps = isLinked ? registration : [`Open <${console ?? ""}>.`, ...registration];
	return steps
		.map((step, index) => `${index + 1}. ${step.replace(/(^|\s)(https:\/\/[^\s,]+)/g, "$1<$2>")}`)
		.join("\n");
}

function bullets(texts: (string | null | undefined)[]): string {
	return texts
		.filter(Boolean)
		.map((text) => `- ${text}`)
		.join("\n");
}
