import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runServer } from "verdaccio";

/** A registry on loopback, for our packages only. Clients find it by `@oauth:registry` in their `.npmrc`. */
export interface Registry {
	url: string;
	/** Returns the published versions of a package. */
	versions(name: string): Promise<string[]>;
	stop(): Promise<void>;
}

/** Starts an empty registry, to which everyone on this machine may publish. Stopping it removes its packages. */
export async function startRegistry(): Promise<Registry> {
	const storage = mkdtempSync(join(tmpdir(), "oauth-registry-"));
	const server = await runServer({
		storage,
		self_path: storage,
		uplinks: {},
		packages: { "@oauth/*": { access: "$all", publish: "$all" } },
		web: { enable: false },
		log: { type: "stdout", format: "pretty", level: "fatal" },
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	return {
		url,
		async versions(name) {
			const response = await fetch(url + name);
			if (response.status === 404) return [];
			const { versions } = (await response.json()) as { versions: object };
			return Object.keys(versions);
		},
		async stop() {
			server.close();
			server.closeAllConnections();
			await once(server, "close");
			rmSync(storage, { recursive: true, force: true });
		},
	};
}
