import type { Reporter, TestModule } from "vitest/node";

/** Prints a last line for `.ci/run`, which adds up several runs: `12 passed, 0 failed`. */
export class ClosingLine implements Reporter {
	onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
		const tests = modules.flatMap((module) => [...module.children.allTests()]);
		const count = (state: string) => tests.filter((test) => test.result().state === state).length;
		const broken = modules.filter(
			(module) => module.state() === "failed" && module.errors().length > 0,
		).length;
		const skipped = count("skipped");
		const failed = count("failed") + broken + errors.length;
		console.log(`\n${count("passed")} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
	}
}
