import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runServer } from "verdaccio";

/** A registry on loopback, for our packages and no others. Clients find it by `@oauth:registry` in their `.npmrc`. */
export interface Registry {
	url: string;
	/** The versions of a package that it has. */
	versions(name: string): Promise<string[]>;
	stop(): Promise<void>;
}

/** Starts an empty registry, which anyone on this machine may publish to. It is gone when it is stopped. */
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
