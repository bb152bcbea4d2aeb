import { failure, type OAuthError } from "@oauth/core/provider";
import { ADA, CLIENT, defineAcme, type Quirks, TOKEN_RESPONSE } from "@oauth/test-kit/acme";
import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import { type Loopback, type ReceivedRequest, sendJson, serve } from "@oauth/test-kit/loopback";
import { callbackRequest, loginRequest, readFlow } from "@oauth/test-kit/sign-in";
import { beforeEach, describe, expect, test } from "vitest";

const WITHHELD = "[withheld: it repeats a secret]";

let server: Loopback;
beforeEach(async () => {
	server = await serve({ "/token": TOKEN_RESPONSE, "/user": ADA, "/revoke": {} });
});

function acme(quirks: Quirks = {}, config: Partial<typeof CLIENT> = {}) {
	return defineAcme(server.url, quirks)({ ...CLIENT, ...config });
}

const percent = (text: string) => encodeURIComponent(text);
const json = (text: string) => JSON.stringify(text).slice(1, -1);
const eachSign = (text: string, spell: (code: number) => string) =>
	text.replace(/[^a-z\d]/gi, (sign) => spell(sign.charCodeAt(0)));
const hex = (code: number) => code.toString(16).padStart(4, "0");

const SPELLINGS: [string, (text: string) => string][] = [
	["as it is", (text) => text],
	["as in a URL", percent],
	["as in a URL, in lower case", (text) => percent(text).replace(/%../g, (octet) => octet.toLowerCase())],
	["as in a URL within a URL", (text) => percent(percent(text))],
	["as in a form", (text) => `${new URLSearchParams({ "": text })}`.slice(1)],
	["as in JSON", json],
	["as in JSON within JSON", (text) => json(json(text))],
	["as in JSON with escaped slashes", (text) => json(text).replaceAll("/", "\\/")],
	["as in JSON with Unicode escapes", (text) => eachSign(text, (code) => `\\u${hex(code)}`)],
	["as in HTML", (text) => eachSign(text, (code) => `&#x${code.toString(16).toUpperCase()};`)],
	["as in HTML in decimals", (text) => eachSign(text, (code) => `&#${code};`)],
	[
		"as in HTML with named characters",
		(text) =>
			text.replace(
				/["&<>]/g,
				(sign) => ({ '"': "&quot;", "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] ?? "",
			),
	],
	["between other letters", (text) => `x${text}x`],
];

describe.each([
	["with punctuation", `the "code"+/=: <of> & ada's \\ 7!`],
	["with letters beyond ASCII", "pässwörd/of=ada-36"],
	["as random as a token", "4/0AVMBsJj+x9Qm_8-d~kE1.Zr=="],
])("a secret %s", (kind, secret) => {
	test.each(SPELLINGS)(
		`a secret ${kind}, spelt %s, is withheld from message, properties and inspection`,
		async (_, spell) => {
			const said = `no ${spell(secret)} here`;
			server.fail("/token", 400, { error: "invalid_request", error_description: said });
			server.fail("/revoke", 400, { error: said, error_description: said });
			for (const send of [
				() => acme().validateCallback(secret),
				() => acme().refreshTokens(secret),
				() => acme().revokeToken(secret),
			]) {
				const error = await failureOf(send(), "FAILED_REQUEST");
				expectNoSecrets(error, [secret, spell(secret)]);
				expect(error.message).toContain(WITHHELD);
				expect(error.providerErrorDescription).toBe(WITHHELD);
			}
		},
	);

	test(`a secret ${kind} is withheld as a code verifier and as a client secret, given or made, in form or header`, async () => {
		const said = `no ${percent(secret)} here`;
		server.fail("/token", 400, { error: "invalid_grant", error_description: said });
		for (const send of [
			() => acme().validateCallback("another-code", { codeVerifier: secret }),
			() => acme({}, { clientSecret: secret }).validateCallback("another-code"),
			() =>
				acme({ clientAuth: "client_secret_basic" }, { clientSecret: secret }).validateCallback(
					"another-code",
				),
			() => acme({ createClientSecret: async () => secret }).validateCallback("another-code"),
			() => acme({}, { clientSecret: secret }).refreshTokens("another-token"),
		]) {
			const error = await send().then(
				() => expect.unreachable(),
				(reason: OAuthError) => reason,
			);
			expectNoSecrets(error, [secret, percent(secret)]);
			expect(error.providerErrorDescription).toBe(WITHHELD);
		}
	});
});

describe("confidential values", () => {
	test("the encoded Basic credentials are withheld", async () => {
		server.on("/token", ({ headers }: ReceivedRequest, response) =>
			sendJson(response, 401, { error: "invalid_client", error_description: headers.authorization }),
		);
		const provider = acme({ clientAuth: "client_secret_basic" });
		const error = await failureOf(provider.validateCallback("code-of-ada"), "FAILED_REQUEST");
		expect(error.providerErrorDescription).toBe(WITHHELD);
	});

	test("the access token is withheld from an error of the user endpoint", async () => {
		server.on("/user", ({ headers }: ReceivedRequest, response) =>
			response.writeHead(403, { "content-type": "text/plain" }).end(`not with ${headers.authorization}`),
		);
		const error = await failureOf(acme().validateCallback("code-of-ada"), "FAILED_REQUEST");
		expect(error.providerErrorDescription).toBe(WITHHELD);
		expectNoSecrets(error, [TOKEN_RESPONSE.access_token]);
	});

	test.each(["access_token", "refresh_token", "id_token"])(
		"the %s of a refused token response is withheld from its description",
		async (name) => {
			const tokens = { [name]: "token-0123456789", error: "server_error" };
			server.on("/token", { ...tokens, error_description: "no token-0123456789 for you" });
			const error = await failureOf(acme().validateCallback("code-of-ada"), "FAILED_REQUEST");
			expect(error.providerErrorDescription).toBe(WITHHELD);
			expectNoSecrets(error, ["token-0123456789"]);
		},
	);

	test("state, code verifier and nonce are withheld from an error that comes through the browser", async () => {
		const provider = acme({ nonce: true });
		const signIn = await provider.startSignIn(loginRequest());
		const { codeVerifier, nonce } = readFlow(signIn);
		for (const secret of [signIn.state, codeVerifier, nonce]) {
			const params = { code: undefined, error: "x", error_description: `see ${percent(`<${secret}>`)}` };
			const request = callbackRequest(signIn, params);
			const error = await failureOf(provider.handleCallback(request), "AUTHORIZATION_FAILED");
			expectNoSecrets(error, [secret]);
			expect(error.providerErrorDescription).toBe(WITHHELD);
		}
	});

	test("an error of the app's own fetch keeps its code, and nothing of the request", async () => {
		const provider = defineAcme(server.url)({
			...CLIENT,
			fetch: async (url, init) => {
				const cause = Object.assign(new Error(`failed: ${init?.body} at ${url}`), {
					request: init,
					code: "E_FETCH",
				});
				throw new TypeError("fetch failed", { cause });
			},
		});
		const error = await failureOf(provider.validateCallback("code-of-ada"), "FAILED_REQUEST");
		expectNoSecrets(error, ["code-of-ada", CLIENT.clientSecret]);
		expect(error.cause).toMatchObject({ message: WITHHELD, code: "E_FETCH" });
		expect(error.cause).not.toHaveProperty("request");
	});

	test.each([
		["text that repeats the code", (body: unknown) => `${body}`],
		["the whole request", (body: unknown) => ({ body: `${body}` })],
		["a list", (body: unknown) => [`${body}`]],
	])("the code of a foreign error is dropped when it is %s", async (_, code) => {
		const provider = defineAcme(server.url)({
			...CLIENT,
			fetch: async (_, init) => {
				throw Object.assign(new Error("failed"), { code: code(init?.body) });
			},
		});
		const error = await failureOf(provider.validateCallback("code-of-ada"), "FAILED_REQUEST");
		expectNoSecrets(error, ["code-of-ada", CLIENT.clientSecret]);
	});

	test("an error in a provider package's getUser doesn't reveal the tokens", async () => {
		for (const fault of [new Error("no"), new SyntaxError("Unexpected token in")]) {
			const provider = acme({
				getUser: async ({ tokens }) => {
					fault.message += ` ${tokens.accessToken} ${tokens.refreshToken}`;
					throw fault;
				},
			});
			const error = await failureOf(provider.validateCallback("code-of-ada"), "INVALID_PROFILE");
			expectNoSecrets(error, [TOKEN_RESPONSE.access_token, TOKEN_RESPONSE.refresh_token]);
		}
	});
});

describe("values that are not secret", () => {
	test("a secret shorter than eight characters withholds nothing", async () => {
		const said = "the secret c of code is wrong, the token too";
		server.fail("/token", 400, { error: "invalid_client", error_description: said });
		const short = acme({}, { clientSecret: "secret" });
		for (const send of [() => short.validateCallback("c"), () => short.refreshTokens("token")]) {
			const error = await failureOf(send(), "FAILED_REQUEST");
			expect(error).toMatchObject({
				providerErrorDescription: said,
				message: expect.stringContaining(`the provider says invalid_client: ${said}`),
			});
		}
		const exact = acme({}, { clientSecret: "8letters" });
		server.fail("/token", 400, { error_description: "not 8letters" });
		const error = await failureOf(exact.validateCallback("c"), "FAILED_REQUEST");
		expect(error.providerErrorDescription).toBe(WITHHELD);
	});

	test("the names of parameters and the redirect URI are not withheld", async () => {
		const error_description = `authorization_code: ${CLIENT.redirectUri} is not registered`;
		server.fail("/token", 400, { error: "invalid_refresh_token", error_description });
		const error = await failureOf(acme().validateCallback("code-of-ada"), "FAILED_REQUEST");
		expect(error).toMatchObject({
			providerError: "invalid_refresh_token",
			providerErrorDescription: error_description,
		});
	});

	test.each([undefined, null, 7, "", " ", {}, []])("a secret of %j withholds nothing", (secret) => {
		const error = failure({ id: "acme" }, "FAILED_REQUEST", { response: "no", secrets: [secret] });
		expect(error.providerErrorDescription).toBe("no");
	});
});

test("the provider's description is 500 characters at most, on one line, however long it is", async () => {
	const error_description = `a\r\nb\u2028c\u0000${"a".repeat(2 ** 20 - 500)}`;
	server.on("/token", { error: "e", error_description, access_token: [], refresh_token: "a", id_token: {} });
	const error = await failureOf(acme().validateCallback("code-of-ada"), "FAILED_REQUEST");
	expect(error.providerErrorDescription).toMatch(/^a {2}b c a{493}$/);
	expect(error.message.length).toBeLessThan(800);
	expect(error.message).not.toMatch(/[\p{Cc}\u2028]/u);
});
