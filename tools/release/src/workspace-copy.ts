import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../repo/src/workspace.ts";
import { run } from "./run.ts";

/** A copy of this repository with its uncommitted changes, which publishes to another registry. */
export interface WorkspaceCopy {
	path: string;
	/** Runs pnpm in the copy, and returns its output. */
	pnpm(args: string[], env?: NodeJS.ProcessEnv): Promise<string>;
	remove(): void;
}

/** The level of each package's change, by its name. */
export type Changes = Record<string, "major" | "minor" | "patch">;

/** Copies the repository's files with their uncommitted changes, or one folder of them. */
export async function copyFiles(destination: string, folder = "."): Promise<void> {
	const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", folder];
	const files = (await run("git", list, { cwd: root })).split("\0");
	for (const file of files.filter((name) => name && existsSync(join(root, name))))
		cpSync(join(root, file), join(destination, file));
}

export async function copyWorkspace(registryUrl: string): Promise<WorkspaceCopy> {
	const path = mkdtempSync(join(tmpdir(), "oauth-workspace-"));
	const git = (...args: string[]) => run("git", args, { cwd: path });
	await copyFiles(path);
	writeFileSync(join(path, ".npmrc"), `@oauth:registry=${registryUrl}\n`);
	// Changelogs name commits, and releases are tagged.
	await git("init", "--quiet");
	await git("config", "user.name", "rehearsal");
	await git("config", "user.email", "rehearsal@localhost");
	await git("config", "commit.gpgSign", "false");
	await git("config", "tag.gpgSign", "false");
	await git("add", "--all");
	await git("commit", "--quiet", "--message", "chore: begin");
	const pnpm = (args: string[], env?: NodeJS.ProcessEnv) => run("pnpm", args, { cwd: path, env });
	await pnpm(["install", "--frozen-lockfile", "--prefer-offline"]);
	return { path, pnpm, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Raises the versions by these changes, and by the changesets that exist already. */
export async function version({ path, pnpm }: WorkspaceCopy, changes: Changes = {}): Promise<void> {
	for (const [name, bump] of Object.entries(changes)) {
		const file = join(path, ".changeset", `rehearsal-${name.replace("/", "-")}.md`);
		writeFileSync(file, `---\n"${name}": ${bump}\n---\n\nA ${bump} change of ${name}.\n`);
	}
	const pending = readdirSync(join(path, ".changeset")).filter((file) => /^(?!README).*\.md$/.test(file));
	if (pending.length > 0) await pnpm(["exec", "changeset", "version"]);
}

/** Publishes every package at its next version: `1.0.0` before its first release. */
export async function publishAll(registryUrl: string): Promise<void> {
	const copy = await copyWorkspace(registryUrl);
	try {
		await version(copy);
		await copy.pnpm(["release"]);
	} finally {
		copy.remove();
	}
}
