import { gzipSync } from "node:zlib";
import { type BuildOptions, build, type Platform } from "esbuild";
import { root } from "../../repo/src/workspace.ts";

/** In bytes, minified and gzipped. */
export interface Size {
	/** For runtimes with web APIs only, such as workers at the edge. */
	web: number;
	node: number;
}

export interface Bundle {
	/** Minified. */
	bytes: number;
	gzipped: number;
	/** The minified bytes of each source file, the largest first. */
	files: { file: string; bytes: number }[];
}

/** Returns the size of an app's two routes. */
export async function sizeOf(routes: string): Promise<Size> {
	const [web, node] = await Promise.all([
		bundle({ entryPoints: [routes] }, "browser"),
		bundle({ entryPoints: [routes] }, "node"),
	]);
	return { web: web.gzipped, node: node.gzipped };
}

/** Bundles all exports of a package. */
export function bundlePackage(name: string, platform: Platform): Promise<Bundle> {
	return bundle(
		{ stdin: { contents: `export * from "${name}"`, resolveDir: `${root}tools/repo` } },
		platform,
	);
}

/** Bundles with all dependencies, including those that are loaded later. */
async function bundle(entry: BuildOptions, platform: Platform): Promise<Bundle> {
	const { outputFiles, metafile } = await build({
		...entry,
		absWorkingDir: root,
		bundle: true,
		minify: true,
		format: "esm",
		platform,
		external: ["node:*"],
		metafile: true,
		write: false,
	});
	const output = outputFiles[0]?.contents ?? new Uint8Array();
	const files = Object.values(metafile.outputs)
		.flatMap(({ inputs }) => Object.entries(inputs))
		.map(([file, { bytesInOutput }]) => ({
			file: file.replace(/^.*node_modules\//, "").replace(/^packages\//, ""),
			bytes: bytesInOutput,
		}))
		.filter(({ bytes }) => bytes > 0)
		.sort((a, b) => b.bytes - a.bytes);
	return { bytes: output.length, gzipped: gzipSync(output, { level: 9 }).length, files };
}
