import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatDidDoc } from "@did-plc/lib";
import type { Internet } from "./internet.ts";

export const PASSWORD = "a password of a user";

/** Starts a directory of accounts, which keeps the last operation of each. */
export async function startPlcDirectory(internet: Internet): Promise<string> {
	const operations = new Map<string, Parameters<typeof formatDidDoc>[0]>();
	return internet.site("plc.test", async ({ method, url, body }) => {
		const [did = "", part] = decodeURIComponent(url.pathname.slice(1)).split("/");
		if (method === "POST") {
			operations.set(did, { did, ...JSON.parse(body) });
			return {};
		}
		const operation = operations.get(did);
		if (!operation) return { status: 404 };
		return { body: part ? operation : await formatDidDoc(operation) };
	});
}

export interface Pds {
	/** The host name that the users' handles end in, such as `pds.test`. */
	host: string;
	createAccount(handle: string, email: string): Promise<string>;
	stop(): Promise<void>;
}

/** Starts the AT Protocol's reference server as `https://<host>`, with a folder for its data. */
export async function startPds(internet: Internet, host: string, didPlcUrl: string): Promise<Pds> {
	// The server reads it when it is loaded.
	process.env.LOG_ENABLED = "false";
	const { envToCfg, envToSecrets, PDS } = await import("@atproto/pds");
	const folder = mkdtempSync(join(tmpdir(), "bluesky-pds-"));
	const port = await findFreePort();
	const hex = (bytes: number) => randomBytes(bytes).toString("hex");
	const env = {
		hostname: host,
		port,
		dataDirectory: folder,
		blobstoreDiskLocation: join(folder, "blobs"),
		didPlcUrl,
		serviceHandleDomains: [`.${host}`],
		inviteRequired: false,
		rateLimitsEnabled: false,
		disableSsrfProtection: true,
		jwtSecret: hex(16),
		adminPassword: hex(16),
		dpopSecret: hex(32),
		plcRotationKeyK256PrivateKeyHex: hex(32),
	};
	const pds = await PDS.create(envToCfg(env as never), envToSecrets(env as never));
	await pds.start();
	internet.connect(host, port);
	return {
		host,
		async createAccount(handle, email) {
			const response = await internet.fetch(`https://${host}/xrpc/com.atproto.server.createAccount`, {
				method: "POST",
				headers: { "content-type": "application/json" },
				body: JSON.stringify({ handle, email, password: PASSWORD }),
			});
			const { did } = (await response.json()) as { did: string };
			return did;
		},
		async stop() {
			await pds.destroy();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

async function findFreePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, "close");
	return port;
}
