import { startChild } from "./child.ts";

/** Starts GitHub, Google and some issuers on loopback, in a process of their own. */
export async function startProvider(): Promise<{ origin: string; stop(): void }> {
	const child = startChild("./provider.ts");
	return { origin: await child.ask<string>(), stop: child.stop };
}
