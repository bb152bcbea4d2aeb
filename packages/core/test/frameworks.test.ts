import { execFile } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import formbody from "@fastify/formbody";
import { bodyParser } from "@koa/bodyparser";
import { type Cookie, OAuthError, type RequestLike } from "@oauth/core";
import { defineProvider, type ProviderConfig, type ProviderDefinition } from "@oauth/core/provider";
import { FakeProvider, type Recording } from "@oauth/testing";
import express from "express";
import fastify, { type FastifyInstance } from "fastify";
import Koa from "koa";
import { describe, expect, onTestFinished, test } from "vitest";

/** An app's handler, which passes the request on as it is and returns what to send. */
type Answer = (request: RequestLike) => Promise<{ cookies: Cookie[]; json: object }>;

/** Makes an app of one framework. */
type Framework = (answer: Answer) => RequestListener | Promise<RequestListener>;

const serialized = (cookies: Cookie[]) => cookies.map((cookie) => cookie.serialize());

const nodeHttp =
	(prepare = async (_request: IncomingMessage) => {}): Framework =>
	(answer) =>
	async (request, response) => {
		await prepare(request);
		const { cookies, json } = await answer(request);
		response.setHeader("set-cookie", serialized(cookies)).end(JSON.stringify(json));
	};

const express5 =
	(...middleware: express.RequestHandler[]): Framework =>
	(answer) => {
		const router = express.Router();
		router.use(...middleware, async (request, response) => {
			const { cookies, json } = await answer(request);
			response.append("set-cookie", serialized(cookies)).json(json);
		});
		// Below a mount path, `url` lacks that path.
		return express().use("/login", router);
	};

const fastify5 =
	(prepare: (app: FastifyInstance) => unknown): Framework =>
	async (answer) => {
		const app = fastify();
		await prepare(app);
		app.all("/login/*", async (request, reply) => {
			const { cookies, json } = await answer(request);
			return reply.header("set-cookie", serialized(cookies)).send(json);
		});
		await app.ready();
		return (request, response) => app.routing(request, response);
	};

const koa3 =
	(...middleware: Koa.Middleware[]): Framework =>
	(answer) => {
		const app = new Koa();
		for (const each of middleware) app.use(each);
		app.use(async (context) => {
			const { cookies, json } = await answer(context.request);
			context.append("set-cookie", serialized(cookies));
			context.body = json;
		});
		return app.callback();
	};

const frameworks: Record<string, Framework> = {
	"node:http": nodeHttp(),
	"Express 5": express5(),
	"Fastify 5": fastify5(() => {}),
	"Koa 3": koa3(),
};

const FORM = "application/x-www-form-urlencoded";

const formReaders: Record<string, Framework> = {
	"node:http, unread": nodeHttp(),
	"Express with express.urlencoded": express5(express.urlencoded({ extended: false })),
	"Express with express.urlencoded, extended": express5(express.urlencoded({ extended: true })),
	"Express with express.text": express5(express.text({ type: FORM })),
	"Express, unread": express5(),
	"Express with only a JSON parser": express5(express.json()),
	// As in Express 4.
	"Express with a parser that leaves an empty object": express5((request, _, next) => {
		request.body = {};
		next();
	}),
	"Fastify with @fastify/formbody": fastify5((app) => app.register(formbody)),
	"Fastify, unread": fastify5((app) =>
		app.addContentTypeParser(FORM, (_, payload, done) => done(null, payload)),
	),
	"Koa with @koa/bodyparser": koa3(bodyParser()),
	"Koa, unread": koa3(),
};

const formLosers: Record<string, Framework> = {
	"node:http": nodeHttp(async (request) => void (await text(request))),
	Express: express5(async (request, _, next) => {
		await text(request);
		next();
	}),
	Fastify: fastify5((app) =>
		app.addContentTypeParser(FORM, async (_: unknown, payload: IncomingMessage) => {
			await text(payload);
		}),
	),
	Koa: koa3(async ({ req }, next) => {
		await text(req);
		await next();
	}),
};

const ACME = "https://acme.example";
const ADA = { id: 36, name: "Ada" };
const USER = '{"name":{"firstName":"Ada & Co","lastName":"Löve+lace"}}';
const CLIENT = {
	clientId: "client",
	clientSecret: "a-secret-of-the-app",
	redirectUri: "https://app.example/login/acme/callback",
};

const recording: Recording = {
	sources: [],
	authorization: { url: `${ACME}/authorize`, scope: "", pkce: true },
	token: {
		url: `${ACME}/token`,
		clientAuth: "client_secret_post",
		answer: { access_token: "access-token-of-ada" },
	},
	user: { [`${ACME}/user`]: ADA },
	id: { in: `${ACME}/user`, path: "id" },
	profile: { id: "36", name: "Ada" },
	tokenError: { status: 400, answer: { error: "invalid_grant" }, providerError: "invalid_grant" },
};

type AcmeUser = typeof ADA & { sent?: string };

const definition: ProviderDefinition<AcmeUser, "user"> = {
	id: "acme",
	name: "Acme",
	endpoints: { authorization: `${ACME}/authorize`, token: `${ACME}/token`, user: `${ACME}/user` },
	clientAuth: "client_secret_post",
	pkce: "S256",
	scope: [],
	getUser: async ({ get, endpoints, callbackParams }) => ({
		...(await get(endpoints.user)),
		sent: callbackParams.user,
	}),
	toProfile: ({ id, name }) => ({ id, name }),
};

/** Listens on loopback until the test is over. */
async function listen(listener: RequestListener): Promise<string> {
	const server = createServer(listener).listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Starts a provider that responds by GET, or by a POST with a field about the user. */
async function startProvider(responseMode?: "form_post") {
	const formPost = responseMode && { formPost: true, callbackParams: { user: USER } };
	const authorization = { ...recording.authorization, ...formPost };
	const fake = new FakeProvider({ ...recording, authorization }, CLIENT);
	await fake.start();
	onTestFinished(() => fake.stop());
	const config: ProviderConfig = { ...CLIENT, fetch: fake.fetch };
	const acme = defineProvider<ProviderConfig, AcmeUser, "user">({
		...definition,
		...(responseMode && { responseMode }),
	});
	return { fake, provider: acme(config) };
}

/** Starts an app that begins a sign-in at `/login/acme`, and finishes it at the callback below. */
async function startApp(framework: Framework, responseMode?: "form_post") {
	const { fake, provider } = await startProvider(responseMode);
	const answer: Answer = async (request) => {
		try {
			if (!request.url?.includes("/callback")) {
				const { url, cookies } = await provider.startSignIn(request, { redirectTo: "/inbox" });
				return { cookies, json: { url } };
			}
			const { cookie, providerUser, redirectTo } = await provider.handleCallback(request);
			return { cookies: [cookie], json: { providerUser, redirectTo } };
		} catch (error) {
			if (!OAuthError.is(error)) throw error;
			const { code, message, cookie } = error;
			return { cookies: cookie ? [cookie] : [], json: { code, message } };
		}
	};
	const origin = await listen(await framework(answer));

	async function ask(path: string, init: RequestInit = {}) {
		const response = await fetch(origin + path, init);
		return { cookies: response.headers.getSetCookie(), json: await response.json() };
	}
	/** Begins a sign-in that the user allows, and returns what the browser sends to the callback. */
	async function begin() {
		const { cookies, json } = await ask("/login/acme");
		const { searchParams } = fake.authorize(json.url);
		return { params: searchParams, headers: { cookie: `theme=dark; ${cookies.map(pairOf).join("; ")}` } };
	}
	return { ask, begin };
}

const pairOf = (setCookie: string) => setCookie.split(";")[0];

describe.each(Object.entries(frameworks))("a request of %s", (name, framework) => {
	test(`a request of ${name} begins a sign-in and finishes it`, async () => {
		const { ask, begin } = await startApp(framework);
		const { params, headers } = await begin();
		const { cookies, json } = await ask(`/login/acme/callback?${params}`, { headers });
		expect(json).toEqual({ providerUser: ADA, redirectTo: "/inbox" });
		const name = `__Host-oauth.acme.${params.get("state")?.slice(0, 16)}`;
		expect(cookies).toEqual([`${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure`]);
	});

	test(`a request of ${name} tells which old sign-ins to retire`, async () => {
		const { ask } = await startApp(framework);
		const old = ["one", "two"].map((name) => `__Host-oauth.acme.${name}=${"x".repeat(3000)}`);
		const { cookies } = await ask("/login/acme", { headers: { cookie: old.join("; ") } });
		expect(cookies).toEqual([
			expect.stringMatching(/; Max-Age=600; /),
			expect.stringMatching(/^__Host-oauth\.acme\.(one|two)=; Path=\/; Max-Age=0; /),
		]);
	});

	test(`a request of ${name} tells a visit from a prefetch, which spends no code`, async () => {
		const { ask, begin } = await startApp(framework);
		const { params, headers } = await begin();
		const path = `/login/acme/callback?${params}`;
		const prefetch = await ask(path, { headers: { ...headers, "sec-purpose": "prefetch;prerender" } });
		expect(prefetch).toMatchObject({ cookies: [], json: { code: "NOT_A_NAVIGATION" } });
		expect((await ask(path, { headers })).json).toMatchObject({ providerUser: ADA });
	});
});

describe.each(Object.entries(formReaders))("a form that is posted to %s", (name, framework) => {
	test(`a form that is posted to ${name} finishes a sign-in`, async () => {
		const { ask, begin } = await startApp(framework, "form_post");
		const { params, headers } = await begin();
		const { cookies, json } = await ask("/login/acme/callback", { method: "POST", headers, body: params });
		expect(json).toEqual({ providerUser: { ...ADA, sent: USER }, redirectTo: "/inbox" });
		expect(cookies).toEqual([
			expect.stringMatching(/=; Path=\/; Max-Age=0; HttpOnly; SameSite=None; Secure$/),
		]);
	});

	test(`a form that is posted to ${name} is refused with a standard parameter twice`, async () => {
		const { ask, begin } = await startApp(framework, "form_post");
		const { params, headers } = await begin();
		params.append("code", "another");
		const { json } = await ask("/login/acme/callback", { method: "POST", headers, body: params });
		expect(json).toMatchObject({ code: "INVALID_CALLBACK" });
	});
});

describe.each(Object.entries(formLosers))(
	"a form that an app of %s has read and thrown away",
	(name, framework) => {
		test(`a form that an app of ${name} has read and thrown away fails with an INVALID_CONFIG that says so`, async () => {
			const { ask, begin } = await startApp(framework, "form_post");
			const { params, headers } = await begin();
			const body = new URLSearchParams(params);
			const { json } = await ask("/login/acme/callback", { method: "POST", headers, body });
			expect(json).toEqual({
				code: "INVALID_CONFIG",
				message: expect.stringContaining("the body of the request was read before handleCallback"),
			});
		});
	},
);

test("startSignIn takes a server action's headers that have only `get`", async () => {
	const { provider } = await startProvider();
	const begin = (headers: Record<string, string>) =>
		provider.startSignIn({ headers: { get: (name: string) => headers[name] ?? null } });
	const { cookies } = await begin({ cookie: `oauth.acme.old=${"x".repeat(4000)}` });
	expect(cookies.map(({ attributes }) => attributes.maxAge)).toEqual([600, 0]);
	await expect(begin({ "sec-fetch-dest": "image" })).rejects.toMatchObject({ code: "NOT_A_NAVIGATION" });
});

test("every framework's request compiles under exactOptionalPropertyTypes", async () => {
	const root = fileURLToPath(new URL("../../../", import.meta.url));
	const config = `${root}packages/core/test/.exact.tsconfig.json`;
	writeFileSync(
		config,
		JSON.stringify({
			extends: "../../../tsconfig.test.json",
			compilerOptions: { exactOptionalPropertyTypes: true },
			include: [],
			files: ["frameworks.test.ts"],
		}),
	);
	onTestFinished(() => rmSync(config));
	const compile = promisify(execFile)(`${root}node_modules/.bin/tsc`, ["-p", config]);
	expect(await compile.catch(({ stdout }) => ({ stdout }))).toMatchObject({ stdout: "" });
});
