import type {
	Account,
	AccountIdentity,
	Cookie,
	Intent,
	OAuthError,
	OAuthProvider,
	Profile,
	ProviderSession,
	RequestLike,
	SignIn,
	Tokens,
	UserStore,
} from "@oauth/core";
import { defineProvider, type ProviderConfig, type ProviderDefinition } from "@oauth/core/provider";
import { type GitHubUser, github } from "@oauth/github";
import { type GoogleUser, google } from "@oauth/google";
import { createDatabase, createLucia1 } from "@oauth/test-kit/lucia-1";
import { describe, expectTypeOf, test } from "vitest";

// Mistakes that must not compile are in types/, each with the message that it has to have.

const config = { clientId: process.env.CLIENT_ID, clientSecret: process.env.CLIENT_SECRET, redirectUri: "" };
const auth = createLucia1(createDatabase());
const request = new Request("http://localhost");

describe("with lucia-auth 1.8.0", () => {
	test("existingUser and createUser have the types of lucia-auth 1", async () => {
		const session = await github(auth, config).validateCallback("");
		expectTypeOf(session.existingUser).toEqualTypeOf<{ userId: string; username: string } | null>();
		expectTypeOf(session.createUser).parameters.toEqualTypeOf<[userAttributes?: Lucia.UserAttributes]>();
		expectTypeOf(session.createUser).returns.resolves.toEqualTypeOf<{ userId: string; username: string }>();
		expectTypeOf(session.linkAccount).parameters.toEqualTypeOf<[userId: string]>();
		expectTypeOf(session.providerUser).toEqualTypeOf<GitHubUser>();
		expectTypeOf(session.profile).toEqualTypeOf<Profile>();
		expectTypeOf(session.tokens).toEqualTypeOf<Tokens>();
		expectTypeOf(session.providerUserId).toEqualTypeOf<string>();
		expectTypeOf(session.failedRequests).toEqualTypeOf<OAuthError[]>();
	});

	test("the session of handleCallback also has redirectTo, intent and cookie", async () => {
		const session = await google(auth, config).handleCallback(request);
		expectTypeOf(session.existingUser).toEqualTypeOf<{ userId: string; username: string } | null>();
		expectTypeOf(session.providerUser).toEqualTypeOf<GoogleUser>();
		expectTypeOf(session.redirectTo).toEqualTypeOf<string | undefined>();
		expectTypeOf(session.intent).toEqualTypeOf<Intent>();
		expectTypeOf(session.cookie).toEqualTypeOf<Cookie>();
	});

	test("createUser takes Lucia's attributes, or none", async () => {
		const { createUser } = await github(auth, config).validateCallback("");
		createUser({ username: "ada" });
		createUser();
	});

	test("validateIdToken returns the same session without an access token", async () => {
		const session = await google(auth, config).validateIdToken("", { nonce: "" });
		expectTypeOf(session.existingUser).toEqualTypeOf<{ userId: string; username: string } | null>();
		expectTypeOf(session.tokens).toEqualTypeOf<{ idToken: string }>();
	});
});

describe("with an app's own store", () => {
	interface Member {
		id: number;
	}
	const store: UserStore<Member, { name: string }> = {
		getUser: async (_account: Account, _identity: AccountIdentity) => null,
		createUser: async () => ({ id: 1 }),
		linkAccount: async () => {},
	};

	test("users and attributes have the types of the app's own store", async () => {
		const session = await github(store, config).validateCallback("");
		expectTypeOf(session.existingUser).toEqualTypeOf<Member | null>();
		expectTypeOf(session.createUser).parameters.toEqualTypeOf<[userAttributes?: { name: string }]>();
		expectTypeOf(session.createUser).returns.resolves.toEqualTypeOf<Member>();
	});

	test("the types of users and attributes are inferred from three inline functions", async () => {
		const provider = github(
			{
				getUser: async ({ providerUserId }, { profile }) =>
					providerUserId && profile.email ? { id: 1 } : null,
				createUser: async (_account, attributes: { name: string }) => ({ id: attributes.name.length }),
				linkAccount: async () => {},
			},
			config,
		);
		const session = await provider.validateCallback("");
		expectTypeOf(session.existingUser).toEqualTypeOf<{ id: number } | null>();
		expectTypeOf(session.createUser).parameters.toEqualTypeOf<[userAttributes?: { name: string }]>();
	});

	test("a class whose methods take fewer arguments is a UserStore", async () => {
		class Members {
			getUser = async (_: Account): Promise<Member | null> => null;
			createUser = async (): Promise<Member> => ({ id: 1 });
			linkAccount = async (): Promise<void> => {};
		}
		const session = await github(new Members(), config).validateCallback("");
		expectTypeOf(session.existingUser).toEqualTypeOf<Member | null>();
	});
});

test("without a store a session has no existingUser, createUser and linkAccount", async () => {
	const session = await github(config).handleCallback(request);
	expectTypeOf(session.providerUser).toEqualTypeOf<GitHubUser>();
	for (const member of ["existingUser", "createUser", "linkAccount"] as const) {
		expectTypeOf(session).not.toHaveProperty(member);
		expectTypeOf(await github(config).validateCallback("")).not.toHaveProperty(member);
		expectTypeOf(await google(config).validateIdToken("", { nonce: "" })).not.toHaveProperty(member);
	}
});

describe("the contract", () => {
	type User = { userId: string; username: string };

	test("every provider has the type OAuthProvider", () => {
		expectTypeOf(github(auth, config)).toExtend<OAuthProvider<GitHubUser, User, Lucia.UserAttributes>>();
		expectTypeOf(google(auth, config)).toExtend<OAuthProvider<GoogleUser, User, Lucia.UserAttributes>>();
		expectTypeOf(github(config).getAuthorizationUrl()).toEqualTypeOf<string>();
		expectTypeOf(github(config).startSignIn(request)).resolves.toEqualTypeOf<SignIn>();
	});

	test("the sessions of handleCallback and validateCallback are assignable to the open ProviderSession", async () => {
		type Published = ProviderSession<GitHubUser, User, Lucia.UserAttributes>;
		expectTypeOf(await github(auth, config).handleCallback(request)).toExtend<Published>();
		expectTypeOf(await github(auth, config).validateCallback("")).toExtend<Published>();
		expectTypeOf<Published["anything"]>().toBeAny();
		expectTypeOf<Published["existingUser"]>().toEqualTypeOf<User | null>();
	});

	test("a cookie has Lucia's form, which frameworks take", async () => {
		const { cookies } = await github(config).startSignIn(request);
		expectTypeOf(cookies).toEqualTypeOf<Cookie[]>();
		const luciaCookie = auth.createSessionCookie(null);
		expectTypeOf<Cookie>().toExtend<Pick<typeof luciaCookie, "name" | "value" | "serialize">>();
		expectTypeOf<Cookie["attributes"]>().toExtend<{
			httpOnly?: boolean;
			secure?: boolean;
			sameSite?: "lax" | "strict" | "none" | boolean;
			path?: string;
			maxAge?: number;
		}>();
	});

	test("a RequestLike is a Request, an object with headers alone, or an IncomingMessage", () => {
		expectTypeOf<Request>().toExtend<RequestLike>();
		expectTypeOf<{ headers: Headers }>().toExtend<RequestLike>();
		expectTypeOf<import("node:http").IncomingMessage>().toExtend<RequestLike>();
	});

	test("a provider of a third party keeps the contract, defined by an object or by a function with a written return type", async () => {
		const definition: ProviderDefinition<{ id: string }, "user"> = {
			id: "acme",
			name: "Acme",
			endpoints: { authorization: "", token: "", user: "" },
			clientAuth: "client_secret_basic",
			pkce: "S256",
			scope: [],
			getUser: ({ get, endpoints }) => get(endpoints.user),
			toProfile: ({ id }) => ({ id }),
		};
		const plain = defineProvider<ProviderConfig, { id: string }, "user">(definition);
		const withTenant = defineProvider(
			({ tenant }: ProviderConfig & { tenant: string }): ProviderDefinition<{ id: string }, "user"> => ({
				...definition,
				idServer: tenant,
			}),
		);
		const sessions = [
			await plain(config).validateCallback(""),
			await withTenant({ ...config, tenant: "a" }).validateCallback(""),
		];
		expectTypeOf(sessions).items.toHaveProperty("providerUser").toEqualTypeOf<{ id: string }>();
		expectTypeOf<Parameters<typeof withTenant>>().toEqualTypeOf<[ProviderConfig & { tenant: string }]>();
	});
});
