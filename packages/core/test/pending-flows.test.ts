import type { RequestLike, SignIn } from "@oauth/core";
import { CLIENT, defineAcme } from "@oauth/test-kit/acme";
import { flowCookie, loginRequest } from "@oauth/test-kit/sign-in";
import { describe, expect, test } from "vitest";

const HTTPS = { ...CLIENT, redirectUri: "https://app.example/callback" };
/** Node's own limit for all headers of a request is 16 KiB, and the smallest of any server's is 8 KiB. */
const LIMIT = 4096;

function begin(request: RequestLike, id = "acme", redirectTo = "/", config = HTTPS) {
	return defineAcme("https://acme.example", { id })(config).startSignIn(request, { redirectTo });
}

/** A browser: keeps what a response sets, and forgets what it retires. */
class Jar {
	readonly cookies = new Map<string, string>();

	get header(): string {
		return [...this.cookies].map((pair) => pair.join("=")).join("; ");
	}

	keep({ cookies }: Pick<SignIn, "cookies">): void {
		for (const { name, value, attributes } of cookies)
			if (attributes.maxAge > 0) this.cookies.set(name, value);
			else this.cookies.delete(name);
	}
}

/** Cookie values that are not a flow's. */
const JUNK = [
	"",
	"x",
	"%",
	"=",
	"null",
	".",
	"..",
	"zzzzzzzzzzzzzzzzzzzz.e30",
	"-1.e30",
	"e30.",
	"a".repeat(300),
];

describe("pending flows", () => {
	test("the pending flows of all providers together stay under 4 kB, and the newest is always among them", async () => {
		const jar = new Jar();
		jar.cookies.set("session", "1");
		for (let round = 0; round < 30; round++) {
			const id = ["acme", "github", "google", "apple"][round % 4];
			const signIn = await begin(loginRequest(jar.header), id, `/${"a".repeat(round % 2 ? 500 : 5)}`);
			jar.keep(signIn);
			expect(jar.header.length).toBeLessThan(LIMIT);
			expect(jar.cookies.has(flowCookie(signIn).name)).toBe(true);
			expect(signIn.response().headers.getSetCookie().length).toBeLessThanOrEqual(10);
		}
		expect(jar.cookies.get("session")).toBe("1");
		expect(new Set([...jar.cookies.keys()].map((name) => name.split(".")[1])).size).toBeGreaterThan(2);
	});

	test("three tabs, each with a long redirectTo, are pending at once", async () => {
		const jar = new Jar();
		for (let tab = 0; tab < 3; tab++)
			jar.keep(await begin(loginRequest(jar.header), "acme", `/${"a".repeat(400)}`));
		expect(jar.cookies.size).toBe(3);
	});

	test("startSignIn retires the oldest flows first, of any provider and in any order of the cookies", async () => {
		const jar = new Jar();
		const ages = [5, 1, 4, 2, 3];
		for (const age of ages) {
			const startedAt = Date.now() - age * 1000;
			jar.cookies.set(`__Host-oauth.provider-${age}.x`, `${startedAt.toString(36)}.${"x".repeat(900)}`);
		}
		const { cookies } = await begin(loginRequest(jar.header));
		const [, ...retired] = cookies;
		expect(retired.map(({ name }) => name).sort()).toEqual([
			"__Host-oauth.provider-4.x",
			"__Host-oauth.provider-5.x",
		]);
		for (const cookie of retired)
			expect(cookie.serialize()).toBe(`${cookie.name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure`);
	});

	test("startSignIn retires a flow from the future, or without a start, before any other", async () => {
		const jar = new Jar();
		const now = Date.now();
		jar.cookies.set("__Host-oauth.acme.future", `${(now + 9_999_999).toString(36)}.${"x".repeat(1000)}`);
		jar.cookies.set("__Host-oauth.acme.none", "x".repeat(1000));
		for (const age of [1, 2, 3])
			jar.cookies.set(`__Host-oauth.acme.${age}`, `${(now - age * 1000).toString(36)}.${"x".repeat(1000)}`);
		const { cookies } = await begin(loginRequest(jar.header));
		const retired = cookies.slice(1).map(({ name }) => name);
		expect(retired).toEqual(expect.arrayContaining(["__Host-oauth.acme.future", "__Host-oauth.acme.none"]));
		expect(retired).not.toContain("__Host-oauth.acme.1");
	});

	test("16 KiB of junk cookies that look like flows cost at most ten Set-Cookie headers each time, and are gone after some sign-ins", async () => {
		const jar = new Jar();
		for (let number = 0; jar.header.length < 16 * 1024; number++)
			jar.cookies.set(`__Host-oauth.acme.${number}`, (JUNK[number % JUNK.length] ?? "").padEnd(100, "x"));
		for (let round = 0; jar.header.length > LIMIT; round++) {
			expect(round).toBeLessThan(200);
			const signIn = await begin(loginRequest(jar.header));
			expect(signIn.response().headers.getSetCookie().length).toBeLessThanOrEqual(10);
			const before = jar.header.length;
			jar.keep(signIn);
			if (before > LIMIT) expect(jar.cookies.has(flowCookie(signIn).name)).toBe(true);
		}
	});

	test("startSignIn ignores 16 KiB of cookies that are too short for a flow, whatever their names", async () => {
		const jar = new Jar();
		for (let number = 0; jar.header.length < 16 * 1024; number++)
			jar.cookies.set(`oauth.acme.${number}`, "mc3x1k2a.e30");
		const signIn = await begin(loginRequest(jar.header));
		expect(signIn.cookies).toEqual([flowCookie(signIn)]);
	});

	test.each([
		["no value", "oauth"],
		["no name", "=; ==;=="],
		["nothing", ";;;"],
		["a flow's name without a value", "oauth.acme.x"],
		["control characters", "oauth.acme.\u0000=1; oauth.acme.\t\r\n=1"],
		["a space in its name", "oauth.acme.a b=1"],
		["a letter beyond ASCII", "oauth.acme.ü=1"],
		["quotes", 'oauth.acme."="1"'],
		["the same name three times", "oauth.acme.x; oauth.acme.x=; oauth.acme.x=1"],
		["the names of an object's members", "__proto__=1; constructor=2; oauth.__proto__.x=3"],
		["a name of 9 kB", `oauth.acme.${"x".repeat(9000)}=1`],
		["a value of 9 kB", `oauth.acme.x=${"x".repeat(9000)}`],
		["2000 flows of one name", "oauth.acme.x=1; ".repeat(2000)],
	])("a junk cookie with %s breaks neither startSignIn nor its response", async (_, cookie) => {
		const get = (name: string) => (name === "cookie" ? cookie : null);
		for (const headers of [{ cookie }, { cookie: [cookie, cookie] }, { get }]) {
			const signIn = await begin({ headers });
			expect(signIn.state).toHaveLength(44);
			expect(signIn.response().headers.getSetCookie().length).toBeLessThanOrEqual(10);
		}
	});

	test("startSignIn retires nothing for a request without cookies", async () => {
		for (const headers of [new Headers(), {}, { cookie: undefined }])
			expect((await begin({ headers })).cookies).toHaveLength(1);
	});
});

describe("requests that are not a visit", () => {
	test.each([
		["an image", { "sec-fetch-dest": "image" }],
		["a script", { "sec-fetch-dest": "script" }],
		["a style sheet", { "sec-fetch-dest": "style" }],
		["a video", { "sec-fetch-dest": "video" }],
		["an embedded object", { "sec-fetch-dest": "object" }],
		["a prefetch", { "sec-purpose": "prefetch" }],
		["a prerendered page", { "sec-purpose": "prefetch;prerender", "sec-fetch-dest": "document" }],
		["an older browser's prefetch", { purpose: "prefetch" }],
		["a subresource, in a browser that names no destination", { "sec-fetch-mode": "no-cors" }],
	])("%s begins no flow and sets no cookie: NOT_A_NAVIGATION", async (_, headers) => {
		await expect(begin(loginRequest("", headers as never))).rejects.toMatchObject({
			code: "NOT_A_NAVIGATION",
			step: "authorization",
			provider: "acme",
		});
		await expect(begin({ headers: headers as never })).rejects.toMatchObject({ code: "NOT_A_NAVIGATION" });
	});

	test.each([
		["a visit", { "sec-fetch-dest": "document", "sec-fetch-mode": "navigate" }],
		["a visit in a frame", { "sec-fetch-dest": "iframe" }],
		["a script's fetch", { "sec-fetch-dest": "empty", "sec-fetch-mode": "cors" }],
		["a request without any such header", {}],
	])("%s begins a flow", async (_, headers) => {
		expect((await begin(loginRequest("", headers as never))).cookies).toHaveLength(1);
	});
});
