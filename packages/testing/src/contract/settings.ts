import { OAuthError } from "@oauth/core";
import { expect, test } from "vitest";
import { isHttps } from "./checklist.js";
import { signInRequest } from "./context.js";
import type { Contract } from "./contract.js";

export function testSettings({ recording, fake, create, failureOf, provider }: Contract): void {
	const { token, config } = recording;
	const needsSecret = token.clientAuth !== "none" && !token.signedClientSecret;
	const start = async (settings: object) => create(settings).startSignIn(signInRequest());

	test("a missing setting is INVALID_CONFIG when the provider is first used, not before, and the message names it", async () => {
		const empty = provider({});
		expect(empty.id).toMatch(/^[a-z0-9][a-z0-9-]*$/);
		expect(empty.name).toMatch(/\S/);
		await failureOf(empty.startSignIn(signInRequest()), "INVALID_CONFIG");
		for (const name of ["clientId", ...(needsSecret ? ["clientSecret"] : [])])
			for (const value of [undefined, ""])
				await failureOf(start({ [name]: value }), "INVALID_CONFIG", `"${name}" is missing`);
		// GitHub does not require `redirectUri`, and not every recorded setting is required.
		for (const name of ["redirectUri", ...Object.keys(config ?? {})])
			for (const value of [undefined, ""]) {
				const outcome = await start({ [name]: value }).catch((error: unknown) => error);
				if (OAuthError.is(outcome)) await failureOf(Promise.reject(outcome), "INVALID_CONFIG", `"${name}" `);
				else expect(outcome, name).not.toBeInstanceOf(Error);
			}
	});

	test("a wrong or misspelt setting is INVALID_CONFIG, and the message names it", async () => {
		for (const [name, settings] of Object.entries({
			redirectUri: { redirectUri: "/login/callback" },
			clientId: { clientId: "client-id-of-the-app\n" },
			scope: { scope: "email" },
			timeout: { timeout: "10 s" },
			"endpoints.tokn": { endpoints: { tokn: "https://elsewhere.example/token" } },
			"endpoints.token": { endpoints: { token: "elsewhere.example/token" } },
		}))
			await failureOf(start(settings), "INVALID_CONFIG", `"${name}" `);
	});

	// Auth0's `audience` looks like a URL, and is only a name.
	const urls = Object.entries(config ?? {}).filter(
		([name, value]) => /url$|^issuer$/i.test(name) && isHttps(value),
	);
	if (urls.length)
		test("a setting that has to be a URL is INVALID_CONFIG without a scheme, with another one and without a host", async () => {
			for (const [name, value] of urls) {
				const [, rest = ""] = `${value}`.split("https://");
				for (const wrong of [rest, `ftp://${rest}`, "https://"]) {
					await failureOf(
						start({ [name]: wrong }),
						"INVALID_CONFIG",
						`"${name}" must be a URL that begins with https://`,
					);
					await failureOf(create({ [name]: wrong }).validateCallback("code"), "INVALID_CONFIG", `"${name}" `);
				}
			}
			expect(fake.requests).toEqual([]);
		});

	test("the setting endpoints replaces the URLs of the authorization and token endpoints", async () => {
		const elsewhere = create({
			endpoints: {
				authorization: "https://elsewhere.example/authorize",
				token: "https://elsewhere.example/token",
			},
		});
		const { url } = await elsewhere.startSignIn(signInRequest());
		expect(url).toMatch(/^https:\/\/elsewhere\.example\/authorize\?/);
		await failureOf(elsewhere.validateCallback("code-of-the-user"), "FAILED_REQUEST");
		expect(fake.requests.map(({ url }) => url)).toContain("https://elsewhere.example/token");
	});
}
