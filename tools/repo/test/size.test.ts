import type { Platform } from "esbuild";
import { expect, test } from "vitest";
import { bundlePackage } from "../../bench/src/size.ts";
import { providerPackages } from "../src/workspace.ts";

/**
 * Bytes of the minified and gzipped package on each platform, with all dependencies, also those that are loaded later. Each
 * is a little more than is used, so that a fix of one line fits in.
 */
const BUDGETS = { github: 10_620, google: 19_670 };

/** For runtimes with the web's interfaces, and for Node. */
const PLATFORMS: Platform[] = ["browser", "node"];

const CASES = Object.entries(BUDGETS).flatMap(([id, budget]) =>
	PLATFORMS.map((platform) => [`@oauth/${id}`, platform, budget] as const),
);

test.each(CASES)("%s, bundled for the platform %s, is at most %i bytes", async (name, platform, budget) => {
	const { gzipped } = await bundlePackage(name, platform);
	console.log(`${name}, ${platform}: ${gzipped} bytes of ${budget}`);
	expect(
		gzipped,
		`${name} is ${gzipped - budget} bytes over its budget of ${budget}. \`npx --yes pnpm@12 bench sizes\` says how much each source file has in it: compare that with the last commit's and write it shorter. Raise the budget in tools/repo/test/size.test.ts only with the reason in the commit's message.`,
	).toBeLessThanOrEqual(budget);
	expect(
		gzipped,
		`${name} has become much smaller than its budget of ${budget}: lower the budget, or the next change grows unseen.`,
	).toBeGreaterThan(budget * 0.95);
});

const SHARED = ["core", "oidc", "jose"];

test.each(providerPackages().map(({ folder }) => folder))(
	"an app that signs in with %s alone has no other provider in its bundle",
	async (id) => {
		const { gzipped, files } = await bundlePackage(`@oauth/${id}`, "node");
		console.log(`@oauth/${id}: ${gzipped} bytes`);
		const others = providerPackages().filter(({ folder }) => folder !== id && !SHARED.includes(folder));
		const found = others.filter(({ folder }) => files.some(({ file }) => file.startsWith(`${folder}/`)));
		expect(found.map(({ folder }) => folder)).toEqual([]);
		expect(files.map(({ file }) => file)).toContainEqual(expect.stringMatching(`^${id}/`));
	},
);
