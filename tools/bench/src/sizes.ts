import { bundlePackage } from "./size.ts";
import { table } from "./table.ts";

const PACKAGES = ["@oauth/github", "@oauth/google"];

/** Reports the size of a sign-in, and the share of each source file. */
export async function reportSizes(): Promise<string> {
	const sections = PACKAGES.map(async (name) => {
		const [web, node] = await Promise.all([bundlePackage(name, "browser"), bundlePackage(name, "node")]);
		const rows = web.files.map(({ file, bytes }) => [
			file,
			`${bytes}`,
			`${Math.round((bytes * web.gzipped) / web.bytes)}`,
		]);
		return [
			`## The size of ${name}`,
			`All of its exports with all dependencies, minified and gzipped: ${web.gzipped} bytes for the web platform, ${node.gzipped} for Node.`,
			table(["source file", "minified", "gzipped, its share"], rows),
		];
	});
	return (await Promise.all(sections)).flat().join("\n\n");
}
