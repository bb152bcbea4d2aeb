import { gzipSync } from "node:zlib";
import { build, type Platform } from "esbuild";

/** In bytes, minified and gzipped. */
export interface Size {
	/** For runtimes with the web's interfaces, such as workers at the edge. */
	web: number;
	node: number;
}

export async function sizeOf(routes: string): Promise<Size> {
	return { web: await gzipped(routes, "browser"), node: await gzipped(routes, "node") };
}

/** What a bundler makes of an app's two routes, with all dependencies in, those that are loaded later too. */
async function gzipped(routes: string, platform: Platform): Promise<number> {
	const { outputFiles } = await build({
		entryPoints: [routes],
		bundle: true,
		minify: true,
		format: "esm",
		platform,
		external: ["node:*"],
		write: false,
	});
	return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}
