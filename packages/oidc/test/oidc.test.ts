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
		test("makes the account that id and the bare sub", async () => {
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

		test("keeps the flows of two issuers apart", async () => {
			const { flow } = await start({ id: "acme" });
			await failureOf(create({ id: "other" }).handleCallback(fake.answer(flow)), "FLOW_MISSING");
		});

		test.each(["", "acme:staff", "acme staff", "acme/staff", "acme@staff", "acme;", "ä", "acme\n"])(
			"can't be %j, and the message says what it must be",
			async (id) => {
				const wrong = create({ id }).startSignIn(loginRequest());
				await expect(wrong).rejects.toMatchObject({
					code: "INVALID_CONFIG",
					message: expect.stringContaining(`"id" must be letters, digits, hyphens and dots`),
				});
				expect(fake.requests).toEqual([]);
			},
		);

		test.each(["acme", "acme-2", "Acme.Staff", "acme_staff"])("can be %s", async (id) => {
			expect(create({ id }).id).toBe(id);
			expect((await start({ id })).params.client_id).toBe(CLIENT.clientId);
		});
	});

	test("without an id the issuer is a part of the user's id, so that one app can have many", async () => {
		expect((await signIn()).providerUserId).toBe("248289761001@id.example.com/realms/staff");
	});

	test.each([
		["nothing", {}, "openid profile email"],
		["email: false", { email: false }, "openid profile"],
		["email: true", { email: true }, "openid profile email"],
		["scope: []", { scope: [] }, "openid"],
		["scopes of the app's", { scope: ["roles", "offline_access"] }, "openid roles offline_access"],
		["its e-mail scope", { scope: ["email"] }, "openid email"],
		["its scopes and email: true", { scope: ["roles"], email: true }, "openid email roles"],
		["its scopes and email: false", { scope: ["roles"], email: false }, "openid roles"],
		["openid twice", { scope: ["openid", "profile"] }, "openid profile"],
	])("the scope of the setting %s is what is asked for", async (_, config, scope) => {
		expect((await start(config)).params.scope).toBe(scope);
	});

	test("the scope of one sign-in is added to the config's", async () => {
		const { url } = await create({ scope: ["roles"] }).startSignIn(loginRequest(), { scope: ["groups"] });
		expect(new URL(url).searchParams.get("scope")).toBe("openid roles groups");
	});

	describe("the setting responseMode", () => {
		test("asks for a POST, takes nothing else, and sends its cookie with one from elsewhere", async () => {
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

		test("is the query of a GET by default", async () => {
			const { flow, params } = await start();
			expect(params).not.toHaveProperty("response_mode");
			expect(flow.cookies[0]?.attributes).toMatchObject({ sameSite: "lax" });
		});
	});

	test.each([
		["undefined", undefined, "is missing"],
		["empty", "", "is missing"],
		["without https://", "id.example.com/realms/staff", "must be a URL that begins with https://"],
		["with ftp://", "ftp://id.example.com", "must be a URL that begins with https://"],
		["with a space after it", `${ISSUER} `, "begins or ends with a space"],
		["no URL", "https://", "must be a URL that begins with https://"],
	])(
		"an issuer that is %s is INVALID_CONFIG, and the message says what it must be",
		async (_, issuer, problem) => {
			await failureOf(
				create({ issuer }).startSignIn(loginRequest()),
				"INVALID_CONFIG",
				`"issuer" ${problem}`,
			);
			expect(fake.requests).toEqual([]);
		},
	);

	test("an issuer that could be mistaken for a part of another's user is INVALID_CONFIG", async () => {
		const issuer = `${ISSUER}/t@b.example`;
		await failureOf(create({ issuer }).startSignIn(loginRequest()), "INVALID_CONFIG");
	});
});
