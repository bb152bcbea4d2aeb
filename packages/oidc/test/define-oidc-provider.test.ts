import {
	defineOidcProvider,
	type IdTokenClaims,
	type OidcDefinition,
	type OidcProviderConfig,
} from "@oauth/oidc";
import { SignJWT } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import { createIssuer, type Issuer } from "../../repo/src/issuer.ts";
import { failureOf } from "../../repo/src/secrets.ts";
import { callbackRequest } from "../../repo/src/sign-in.ts";

const CLIENT = {
	clientId: "client-1",
	clientSecret: "a client secret of at least thirty-two bytes",
	redirectUri: "http://localhost:3000/callback",
};

interface AcmeUser extends IdTokenClaims {
	tid?: string;
	name?: string;
	email?: string;
}

let issuer: Issuer;
beforeEach(async () => {
	issuer = await createIssuer(CLIENT.clientId);
});

function acme(quirks: Partial<OidcDefinition<AcmeUser>> = {}) {
	return defineOidcProvider<OidcProviderConfig, AcmeUser>(() => ({
		id: "acme",
		name: "Acme",
		issuer: issuer.url,
		endpoints: {
			authorization: `${issuer.url}/authorize`,
			token: `${issuer.url}/token`,
			jwks: `${issuer.url}/jwks`,
		},
		...quirks,
	}))(CLIENT);
}

describe("an issuer that depends on the claims", () => {
	const issuerOf = ({ tid }: AcmeUser) => `https://login.example/${tid}/v2.0`;
	const validate = async (
		claims: Record<string, unknown>,
		quirks: Partial<OidcDefinition<AcmeUser>> = { issuerOf },
	) =>
		acme(quirks).validateIdToken(await issuer.sign(issuer.claims({ nonce: "n", ...claims })), { nonce: "n" });

	test("is held against them", async () => {
		expect(await validate({ iss: "https://login.example/t1/v2.0", tid: "t1" })).toMatchObject({
			profile: { id: "ada-36" },
		});
		for (const claims of [
			{ iss: "https://login.example/t1/v2.0", tid: "t2" },
			{ iss: "https://login.example/t1/v2.0", tid: undefined },
			{ iss: undefined, tid: "t1" },
			{ tid: "t1" },
			{ iss: ["https://login.example/t1/v2.0"], tid: "t1" },
		])
			await failureOf(validate(claims), "INVALID_ID_TOKEN");
	});

	test("that can't be told is nobody's", async () => {
		const nobody = { issuerOf: () => undefined as never };
		await failureOf(validate({ iss: undefined }, nobody), "INVALID_ID_TOKEN");
		const broken = {
			issuerOf: () => {
				throw new TypeError("no tid");
			},
		};
		await failureOf(validate({}, broken), "INVALID_ID_TOKEN");
	});
});

describe("an HMAC", () => {
	const bySecret = (secret: string, alg = "HS256") =>
		new SignJWT(issuer.claims({ nonce: "n" }))
			.setProtectedHeader({ alg })
			.sign(new TextEncoder().encode(secret));

	test("is checked with the client secret, where the provider has it", async () => {
		const provider = acme({ algorithms: ["HS256"] });
		expect(await provider.validateIdToken(await bySecret(CLIENT.clientSecret), { nonce: "n" })).toMatchObject(
			{
				profile: { name: "Ada" },
			},
		);
		expect(issuer.requests).toEqual([]);
		await failureOf(
			provider.validateIdToken(await bySecret("x".repeat(40)), { nonce: "n" }),
			"INVALID_ID_TOKEN",
		);
		await failureOf(
			provider.validateIdToken(await bySecret(CLIENT.clientSecret, "HS512"), { nonce: "n" }),
			"INVALID_ID_TOKEN",
		);
	});

	test("needs no keys to be fetched", async () => {
		const asked: unknown[] = [];
		const provider = defineOidcProvider<OidcProviderConfig, AcmeUser>(() => ({
			id: "acme",
			name: "Acme",
			issuer: issuer.url,
			endpoints: { authorization: `${issuer.url}/authorize`, token: `${issuer.url}/token` },
			algorithms: ["HS256"],
		}))({
			...CLIENT,
			fetch: async (url) => {
				asked.push(url);
				return Response.json({});
			},
		});
		await provider.startSignIn();
		await new Promise((resolve) => setImmediate(resolve));
		await provider.validateIdToken(await bySecret(CLIENT.clientSecret), { nonce: "n" });
		expect(asked).toEqual([]);
	});

	test("is refused where the provider has none", async () => {
		await failureOf(
			acme().validateIdToken(await bySecret(CLIENT.clientSecret), { nonce: "n" }),
			"INVALID_ID_TOKEN",
		);
	});

	test("where there is nothing else, a public key's signature is refused", async () => {
		const signed = await issuer.sign(issuer.claims({ nonce: "n" }));
		await failureOf(
			acme({ algorithms: ["HS256"] }).validateIdToken(signed, { nonce: "n" }),
			"INVALID_ID_TOKEN",
		);
	});
});

describe("what the authorization response says of the person", () => {
	test("is shown where no claim says it", async () => {
		const provider = acme({ readCallback: ({ user = "{}" }) => ({ ...JSON.parse(user), sub: "grace" }) });
		const signIn = async (claims: Record<string, unknown>) => {
			const flow = await provider.startSignIn();
			const nonce = new URL(flow.url).searchParams.get("nonce");
			issuer.on("/token", {
				access_token: "a",
				id_token: await issuer.sign(issuer.claims({ nonce, ...claims })),
			});
			return provider.handleCallback(callbackRequest(flow, { user: JSON.stringify({ name: "Ada L." }) }));
		};
		expect(await signIn({ name: undefined })).toMatchObject({
			providerUserId: "ada-36",
			profile: { name: "Ada L." },
		});
		expect(await signIn({})).toMatchObject({ providerUserId: "ada-36", profile: { name: "Ada" } });
	});
});

test("a missing setting of the package is named", async () => {
	await expect(acme({ required: { tenant: undefined } }).startSignIn()).rejects.toMatchObject({
		code: "INVALID_CONFIG",
		message: expect.stringContaining("(tenant)"),
	});
});
