import { readFileSync } from "node:fs";
import { type Recording, testProvider } from "@oauth/testing";
import { describe } from "vitest";
import { providerPackages } from "../src/workspace.ts";

/** One contract for all: a provider package can't leave itself out. */
describe.each(providerPackages())("@oauth/$folder", async ({ path }) => {
	const { default: provider } = await import(`${path}/dist/index.js`);
	const recording: Recording = JSON.parse(readFileSync(`${path}/test/recording.json`, "utf8"));
	testProvider(provider, recording);
});
