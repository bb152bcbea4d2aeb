import { defineConfig } from "vitest/config";

// For faults.fixture.ts alone, whose tests fail on purpose.
export default defineConfig({
	test: { include: ["packages/testing/test/faults.fixture.ts"], isolate: false, silent: "passed-only" },
});
