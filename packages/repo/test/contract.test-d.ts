import {
	type Account,
	defineProvider,
	type Intent,
	type OAuthProvider,
	type Profile,
	type ProviderConfig,
	type ProviderSession,
	type Tokens,
	type UserStore,
} from "@oauth/core";
import { type GitHubUser, github } from "@oauth/github";
import { type GoogleUser, google } from "@oauth/google";
import { oidc } from "@oauth/oidc";
import { describe, expectTypeOf, test } from "vitest";
import { createDatabase, createLucia1 } from "../src/lucia-1.ts";

const config = { clientId: "", clientSecret: "" };
const redirectUri = "";
const auth = createLucia1(createDatabase());
const request = new Request("http://localhost");

describe("with lucia-auth 1.8.0", () => {
	test("existingUser and createUser are Lucia's", async () => {
		const session = await github(auth, config).validateCallback("");
		expectTypeOf(session.existingUser).toEqualTypeOf<{ userId: string; username: string } | null>();
		expectTypeOf(session.createUser).parameters.toEqualTypeOf<[userAttributes?: Lucia.UserAttributes]>();
		expectTypeOf(session.createUser).returns.resolves.toEqualTypeOf<{ userId: string; username: string }>();
		expectTypeOf(session.linkAccount).parameters.toEqualTypeOf<[userId: string]>();
		expectTypeOf(session.providerUser).toEqualTypeOf<GitHubUser>();
		expectTypeOf(session.profile).toEqualTypeOf<Profile>();
		expectTypeOf(session.tokens).toEqualTypeOf<Tokens>();
		expectTypeOf(session.providerUserId).toEqualTypeOf<string>();
	});

	test("the protected flow adds what it knows", async () => {
		const session = await google(auth, { ...config, redirectUri }).handleCallback(request);
		expectTypeOf(session.existingUser).toEqualTypeOf<{ userId: string; username: string } | null>();
		expectTypeOf(session.providerUser).toEqualTypeOf<GoogleUser>();
		expectTypeOf(session.redirectTo).toEqualTypeOf<string | undefined>();
		expectTypeOf(session.intent).toEqualTypeOf<Intent>();
		expectTypeOf(session.cookie).toEqualTypeOf<string>();
	});

	test("wrong attributes don't compile", async () => {
		const { createUser } = await github(auth, config).validateCallback("");
		// @ts-expect-error an attribute that the app doesn't have
		createUser({ name: "ada" });
		// @ts-expect-error an attribute of another type
		createUser({ username: 7 });
		// @ts-expect-error an attribute too many
		createUser({ username: "ada", admin: true });
		createUser({ username: "ada" });
		createUser();
	});

	test("a native sign-in has the same session, and no access token", async () => {
		const session = await google(auth, { ...config, redirectUri }).validateIdToken("", { nonce: "" });
		expectTypeOf(session.existingUser).toEqualTypeOf<{ userId: string; username: string } | null>();
		expectTypeOf(session.tokens).toEqualTypeOf<{ idToken: string }>();
		// @ts-expect-error the nonce can't be forgotten
		google({ ...config, redirectUri }).validateIdToken("", {});
	});
});

describe("with an app's own store", () => {
	interface Person {
		id: number;
	}
	const store: UserStore<Person, { name: string }> = {
		getUser: async (_: Account) => null,
		createUser: async () => ({ id: 1 }),
		linkAccount: async () => {},
	};

	test("users and attributes are the store's", async () => {
		const session = await github(store, config).validateCallback("");
		expectTypeOf(session.existingUser).toEqualTypeOf<Person | null>();
		expectTypeOf(session.createUser).parameters.toEqualTypeOf<[userAttributes?: { name: string }]>();
		expectTypeOf(session.createUser).returns.resolves.toEqualTypeOf<Person>();
	});

	test("and are inferred from three functions written in place", async () => {
		const provider = github(
			{
				getUser: async ({ providerUserId }) => (providerUserId ? { id: 1 } : null),
				createUser: async (_account, attributes: { name: string }) => ({ id: attributes.name.length }),
				linkAccount: async () => {},
			},
			config,
		);
		const session = await provider.validateCallback("");
		expectTypeOf(session.existingUser).toEqualTypeOf<{ id: number } | null>();
		expectTypeOf(session.createUser).parameters.toEqualTypeOf<[userAttributes?: { name: string }]>();
	});

	test("what is no store doesn't compile", () => {
		// @ts-expect-error a store without linkAccount
		github({ getUser: store.getUser, createUser: store.createUser }, config);
		// @ts-expect-error nothing at all
		github(undefined, config);
	});
});

describe("without a store", () => {
	test("there are no users", async () => {
		const session = await github(config).handleCallback(request);
		// @ts-expect-error
		session.existingUser;
		// @ts-expect-error
		session.createUser;
		// @ts-expect-error
		session.linkAccount;
		expectTypeOf(session.providerUser).toEqualTypeOf<GitHubUser>();
		expectTypeOf(await github(config).validateCallback("")).not.toHaveProperty("existingUser");
		expectTypeOf(
			await google({ ...config, redirectUri }).validateIdToken("", { nonce: "" }),
		).not.toHaveProperty("createUser");
	});
});

describe("config", () => {
	test("misspelt keys don't compile", () => {
		// @ts-expect-error
		github({ ...config, redirectURI: "" });
		// @ts-expect-error
		github(auth, { ...config, scopes: ["repo"] });
		// @ts-expect-error
		github(auth, { clientID: "", clientSecret: "" });
		// @ts-expect-error
		google(auth, { ...config, redirectUri, hostedDomains: "example.com" });
	});

	test("what a provider needs is demanded", () => {
		// @ts-expect-error no client secret
		github({ clientId: "" });
		// @ts-expect-error no redirect URI
		google(config);
		// @ts-expect-error no issuer
		oidc({ ...config, redirectUri });
	});

	test("what protects a sign-in is no setting", () => {
		// @ts-expect-error
		github({ ...config, pkce: "unsupported" });
		// @ts-expect-error
		oidc({ ...config, redirectUri, issuer: "", algorithms: ["none"] });
		// @ts-expect-error
		github(config).startSignIn({ state: "fixed" });
	});

	test("one provider's settings are not another's", () => {
		// @ts-expect-error
		google({ ...config, redirectUri, baseUrl: "" });
		github({ ...config, baseUrl: "https://github.example.com", scope: ["repo"], timeout: 5000, fetch });
	});
});

describe("the contract", () => {
	test("is the same for every provider", () => {
		type User = { userId: string; username: string };
		expectTypeOf(github(auth, config)).toExtend<OAuthProvider<GitHubUser, User, Lucia.UserAttributes>>();
		expectTypeOf(google(auth, { ...config, redirectUri })).toExtend<
			OAuthProvider<GoogleUser, User, Lucia.UserAttributes>
		>();
		expectTypeOf(github(config).getAuthorizationUrl()).toEqualTypeOf<string>();
		expectTypeOf<
			ProviderSession<GitHubUser, User, Lucia.UserAttributes>["anything"]
		>().toEqualTypeOf<unknown>();
	});

	test("is a third party's too", async () => {
		const acme = defineProvider<ProviderConfig & { tenant: string }, { id: string }>(({ tenant }) => ({
			id: "acme",
			name: "Acme",
			endpoints: { authorization: `https://${tenant}.acme.example/authorize`, token: "", user: "" },
			clientAuth: "client_secret_basic",
			pkce: "S256",
			scope: [],
			getUser: ({ get, endpoints }) => get(endpoints.user),
			toProfile: ({ id }) => ({ id }),
		}));
		expectTypeOf((await acme({ ...config, tenant: "a" }).validateCallback("")).providerUser).toEqualTypeOf<{
			id: string;
		}>();
		// @ts-expect-error no tenant
		acme(config);
	});
});
