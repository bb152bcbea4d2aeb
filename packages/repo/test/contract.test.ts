import { existsSync, readFileSync } from "node:fs";
import { type Recording, testProvider } from "@oauth/testing";
import { describe, expect, test } from "vitest";
import { providerPackages } from "../src/workspace.ts";

/** Its protocol has pushed requests, signed proofs and as many servers as people like: its own tests hold the same. */
const OTHER_PROTOCOL = ["bluesky"];

const packages = providerPackages().filter(({ folder }) => !OTHER_PROTOCOL.includes(folder));

test("a package with another protocol has no recording", () => {
	for (const { folder, path } of providerPackages())
		expect(existsSync(`${path}/test/recording.json`), folder).toBe(!OTHER_PROTOCOL.includes(folder));
});

/** One contract for all: a provider package can't leave itself out. */
describe.each(packages)("@oauth/$folder", async ({ path }) => {
	const { default: provider } = await import(`${path}/dist/index.js`);
	const recording: Recording = JSON.parse(readFileSync(`${path}/test/recording.json`, "utf8"));
	testProvider(provider, recording);
});
