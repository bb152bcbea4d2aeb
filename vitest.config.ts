import { defineConfig } from "vitest/config";
import { ClosingLine } from "./tools/repo/src/closing-line.ts";

/** Two versions of Lucia declare one global namespace, so each has a project of its own. */
function types(name: string, include: string, tsconfig: string) {
	return {
		test: { name, include: [], typecheck: { enabled: true, only: true, include: [include], tsconfig } },
	};
}

export default defineConfig({
	test: {
		reporters: ["default", new ClosingLine()],
		silent: "passed-only",
		projects: [
			{
				test: {
					name: "unit",
					include: ["{packages,tools}/*/test/**/*.test.ts"],
					exclude: ["tools/{release,runtimes,servers}/**", "**/*.browser.test.ts"],
					isolate: false,
					// Many tests wait, so more of them at once than there are cores.
					maxWorkers: 4,
					testTimeout: 30_000,
					hookTimeout: 120_000,
				},
			},
			types("types", "tools/repo/test/*.test-d.ts", "tsconfig.test.json"),
			types(
				"types of lucia 2",
				"tools/repo/test/lucia-2/*.test-d.ts",
				"tools/repo/test/lucia-2/tsconfig.json",
			),
			{
				test: {
					name: "release",
					include: ["tools/release/test/*.test.ts"],
					testTimeout: 120_000,
					hookTimeout: 120_000,
				},
			},
			{
				test: {
					name: "browser",
					include: [
						"examples/test/**/*.test.ts",
						"examples/*/test/**/*.test.ts",
						"packages/*/test/*.browser.test.ts",
					],
					maxWorkers: 3,
					testTimeout: 60_000,
					hookTimeout: 120_000,
				},
			},
			{
				test: {
					name: "runtimes",
					include: ["tools/runtimes/test/*.test.ts"],
					testTimeout: 30_000,
					hookTimeout: 120_000,
				},
			},
			{
				test: {
					name: "servers",
					include: ["tools/servers/test/**/*.test.ts"],
					// They mostly wait.
					maxWorkers: 4,
					testTimeout: 60_000,
					hookTimeout: 120_000,
				},
			},
		],
	},
});
