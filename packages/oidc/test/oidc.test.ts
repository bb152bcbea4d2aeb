import { oidc } from "@oauth/oidc";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { CLIENT } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const ISSUER = "https://id.example.com/realms/staff";

testProvider(oidc, recording, ({ fake, create, signIn, failureOf }) => {
	const start = async (config: Parameters<typeof create>[0] = {}) => {
		const flow = await create(config).startSignIn(loginRequest());
		return { flow, params: Object.fromEntries(new URL(flow.url).searchParams) };
	};

	describe("the setting id", () => {
		test("with the setting id, the account is that id and the bare sub", async () => {
			const session = await signIn({}, { config: { id: "acme" } });
			expect(session.providerUserId).toBe("248289761001");
			expect(session.profile.id).toBe("248289761001");
			const accounts: unknown[] = [];
			const getUser = async (account: object) => {
				accounts.push(account);
				return null;
			};
			const store = { getUser, createUser: async () => ({}), linkAccount: async () => {} };
			const provider = oidc(store, { ...CLIENT, issuer: ISSUER, id: "acme", fetch: fake.fetch });
			expect([provider.id, provider.name]).toEqual(["acme", "OpenID Connect"]);
			const flow = await provider.startSignIn(loginRequest());
			expect(flow.cookies[0]?.name).toMatch(/^oauth\.acme\./);
			await provider.handleCallback(fake.answer(flow));
			expect(accounts).toEqual([{ providerId: "acme", providerUserId: "248289761001" }]);
		});

		test("a provider with another id refuses the callback", async () => {
			const { flow } = await start({ id: "acme" });
			await failureOf(create({ id: "other" }).handleCallback(fake.answer(flow)), "FLOW_MISSING");
		});

		test.each(["", "acme:staff", "acme staff", "acme/staff", "acme@staff", "acme;", "ä", "acme\n"])(
			"the id %j is refused, and the message says what it must be",
			async (id) => {
				const wrong = create({ id }).startSignIn(loginRequest());
				await expect(wrong).rejects.toMatchObject({
					code: "INVALID_CONFIG",
					message: expect.stringContaining(
						`"id" must consist of letters, digits, hyphens, underscores and dots`,
					),
				});
				expect(fake.requests).toEqual([]);
			},
		);

		test.each(["acme", "acme-2", "Acme.Staff", "acme_staff"])("the id %s is accepted", async (id) => {
			expect(create({ id }).id).toBe(id);
			expect((await start({ id })).params.client_id).toBe(CLIENT.clientId);
		});
	});

	test("without the setting id, the issuer is a part of the user's id", async () => {
		expect((await signIn()).providerUserId).toBe("248289761001@id.example.com/realms/staff");
	});

	test.each([
		["no settings", "openid profile email", {}],
		["email: false", "openid profile", { email: false }],
		["email: true", "openid profile email", { email: true }],
		["scope: []", "openid", { scope: [] }],
		["two scopes", "openid roles offline_access", { scope: ["roles", "offline_access"] }],
		["the scope email", "openid email", { scope: ["email"] }],
		["a scope and email: true", "openid email roles", { scope: ["roles"], email: true }],
		["a scope and email: false", "openid roles", { scope: ["roles"], email: false }],
		["the scope openid again", "openid profile", { scope: ["openid", "profile"] }],
	])("with %s, startSignIn asks for the scope '%s'", async (_, scope, config) => {
		expect((await start(config)).params.scope).toBe(scope);
	});

	test("the scope of one sign-in is added to the scope of the config", async () => {
		const { url } = await create({ scope: ["roles"] }).startSignIn(loginRequest(), { scope: ["groups"] });
		expect(new URL(url).searchParams.get("scope")).toBe("openid roles groups");
	});

	describe("the setting responseMode", () => {
		test("form_post asks for a POST, refuses a GET, and makes the flow cookie SameSite=None", async () => {
			const config = { responseMode: "form_post" } as const;
			const { flow, params } = await start(config);
			expect(params.response_mode).toBe("form_post");
			expect(flow.cookies[0]?.attributes).toMatchObject({ sameSite: "none", secure: true });
			const get = fake.answer(flow);
			await failureOf(create(config).handleCallback(get), "INVALID_CALLBACK");
			const { url, headers } = fake.answer(flow);
			const post = new Request(CLIENT.redirectUri, {
				method: "POST",
				headers: { cookie: headers.get("cookie") ?? "" },
				body: new URL(url).searchParams,
			});
			expect(await create(config).handleCallback(post)).toMatchObject({
				profile: { email: "janedoe@example.com" },
			});
		});

		test("the response mode is the query of a GET by default", async () => {
			const { flow, params } = await start();
			expect(params).not.toHaveProperty("response_mode");
			expect(flow.cookies[0]?.attributes).toMatchObject({ sameSite: "lax" });
		});
	});

	test.each([
		["that is undefined", undefined, "is missing"],
		["that is empty", "", "is missing"],
		["without https://", "id.example.com/realms/staff", "must be a URL that begins with https://"],
		["with ftp://", "ftp://id.example.com", "must be a URL that begins with https://"],
		["with a space after it", `${ISSUER} `, "begins or ends with a space"],
		["that is not a URL", "https://", "must be a URL that begins with https://"],
	])("an issuer %s is INVALID_CONFIG, and the message says what it must be", async (_, issuer, problem) => {
		await failureOf(create({ issuer }).startSignIn(loginRequest()), "INVALID_CONFIG", `"issuer" ${problem}`);
		expect(fake.requests).toEqual([]);
	});

	test("an issuer with an @, which could be mistaken for a part of a user's id, is INVALID_CONFIG", async () => {
		const issuer = `${ISSUER}/t@b.example`;
		await failureOf(create({ issuer }).startSignIn(loginRequest()), "INVALID_CONFIG");
	});
});
