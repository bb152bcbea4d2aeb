import { defineConfig } from "vitest/config";
import { ClosingLine } from "./packages/repo/src/closing-line.ts";

export default defineConfig({
	test: {
		reporters: ["default", new ClosingLine()],
		projects: [
			{
				test: { name: "unit", include: ["packages/*/test/**/*.test.ts"], isolate: false, testTimeout: 30_000 },
			},
			{
				test: {
					name: "types",
					include: [],
					typecheck: {
						enabled: true,
						only: true,
						include: ["packages/*/test/**/*.test-d.ts"],
						tsconfig: "tsconfig.test.json",
					},
				},
			},
			{
				test: {
					name: "browser",
					include: ["examples/*/test/**/*.test.ts"],
					fileParallelism: false,
					testTimeout: 60_000,
					hookTimeout: 120_000,
				},
			},
		],
	},
});
