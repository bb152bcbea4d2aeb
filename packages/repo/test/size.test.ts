import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { root } from "../src/workspace.ts";

/** In bytes, minified and gzipped, with all dependencies in, those that are loaded later too. */
const BUDGETS = { github: 9_800, google: 17_050 };

async function sizeOf(id: string): Promise<number> {
	const { outputFiles } = await build({
		stdin: { contents: `export * from "@oauth/${id}"`, resolveDir: `${root}packages/repo` },
		bundle: true,
		minify: true,
		format: "esm",
		platform: "browser",
		write: false,
	});
	return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}

test.each(Object.entries(BUDGETS))("a complete sign-in with %s is at most %i bytes", async (id, budget) => {
	const size = await sizeOf(id);
	console.log(`@oauth/${id}: ${size} bytes of ${budget}`);
	expect(size).toBeLessThanOrEqual(budget);
	// A budget far above the size would let the next change grow unseen.
	expect(size).toBeGreaterThan(budget * 0.95);
});
