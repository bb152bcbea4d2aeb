import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { apple } from "@oauth/apple";
import { createEmulator } from "emulate";
import { exportPKCS8, generateKeyPair } from "jose";
import { chromium } from "playwright-core";
import { generate } from "selfsigned";
import { expect, onTestFinished, test } from "vitest";

test("Apple's cross-site POST brings the flow's cookie along and signs in, over https in a browser", async () => {
	const { cert, private: key } = await generate([{ name: "commonName", value: "127.0.0.1" }]);
	const server = createServer({ cert, key });
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const redirectUri = `${origin}/callback`;
	const emulator = await createEmulator({
		service: "apple",
		port: 0,
		seed: {
			apple: {
				users: [
					{ email: "ada@example.com", name: "Ada Lovelace", given_name: "Ada", family_name: "Lovelace" },
				],
				oauth_clients: [
					{ client_id: "com.example.app", team_id: "TEAM123456", redirect_uris: [redirectUri] },
				],
			},
		},
	});
	onTestFinished(() => emulator.close());
	// For a browser they are two sites.
	expect(new URL(emulator.url).hostname).not.toBe("127.0.0.1");

	const { privateKey } = await generateKeyPair("ES256", { extractable: true });
	const provider = apple({
		clientId: "com.example.app",
		teamId: "TEAM123456",
		keyId: "KEY1234567",
		privateKey: await exportPKCS8(privateKey),
		redirectUri,
		issuer: emulator.url,
	});
	const methods: string[] = [];
	server.on("request", async (incoming, outgoing) => {
		if (incoming.url === "/login") {
			const { url, cookies } = await provider.startSignIn(incoming);
			const setCookie = cookies.map((cookie) => cookie.serialize());
			outgoing.writeHead(302, { location: url, "set-cookie": setCookie }).end();
			return;
		}
		if (incoming.url !== "/callback") {
			outgoing.writeHead(404).end();
			return;
		}
		methods.push(`${incoming.method}, ${incoming.headers["sec-fetch-site"]}`);
		const { profile, cookie } = await provider.handleCallback(incoming);
		outgoing.writeHead(200, { "content-type": "text/html", "set-cookie": cookie.serialize() });
		outgoing.end(`<h1>${profile.name}, ${profile.email}</h1>`);
	});

	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
	});
	onTestFinished(() => browser.close());
	const context = await browser.newContext({ ignoreHTTPSErrors: true });
	const page = await context.newPage();
	await page.goto(`${origin}/login`);
	const [cookie] = await context.cookies(origin);
	expect(cookie).toMatchObject({ sameSite: "None", secure: true, httpOnly: true });
	expect(cookie?.name).toMatch(/^__Host-oauth\.apple\./);

	await page.locator("button", { hasText: "ada@example.com" }).click();
	await page.waitForURL(redirectUri);
	expect(await page.locator("h1").textContent()).toBe("Ada Lovelace, ada@example.com");
	expect(methods).toEqual(["POST, cross-site"]);
	expect(await context.cookies(origin)).toEqual([]);
});
