import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import { sendJson } from "@oauth/test-kit/loopback";
import { describe, expect, test } from "vitest";
import {
	authorizationsOf,
	breaks,
	connect,
	inTurn,
	NEW,
	OLD,
	onlyFor,
	SECRETS,
	status,
} from "./api-server.ts";

const BOTH = [`Bearer ${OLD}`, `Bearer ${NEW}`];

function form(): FormData {
	const data = new FormData();
	data.set("file", new Blob(["content of a file"]), "a.txt");
	return data;
}

describe("vault.client after a 401", () => {
	test.each<[string, () => BodyInit | object]>([
		["a text", () => "content of a file"],
		["an object", () => ({ file: "content of a file" })],
		["a form", () => new URLSearchParams({ file: "content of a file" })],
		["a FormData", form],
		["a blob", () => new Blob(["content of a file"])],
	])("a POST with %s is sent once more with the refreshed token", async (_, body) => {
		const { api, issuer, client } = await connect();
		api.on("/", onlyFor(NEW));
		expect(await client("/", { method: "POST", body: body() })).toEqual({ ok: true });
		expect(authorizationsOf(api.requests)).toEqual(BOTH);
		for (const { body } of api.requests) expect(body.replaceAll("+", " ")).toContain("content of a file");
		expect(issuer.requests).toHaveLength(1);
	});

	test.each(["GET", "POST"])("a Request object with %s is sent once more", async (method) => {
		const { api, issuer, client } = await connect();
		api.on("/", onlyFor(NEW));
		const body = method === "POST" ? "content" : undefined;
		expect(await client(new Request(`${api.url}/`, { method, body }))).toEqual({ ok: true });
		expect(api.requests.map((request) => request.body)).toEqual([body ?? "", body ?? ""]);
		expect(issuer.requests).toHaveLength(1);
	});

	test("native sends it once more too", async () => {
		const { api, client } = await connect();
		api.on("/", onlyFor(NEW));
		expect((await client.native(`${api.url}/`)).status).toBe(200);
		expect(authorizationsOf(api.requests)).toEqual(BOTH);
	});

	test.each<[string, () => BodyInit]>([
		["a stream", () => new Blob(["content"]).stream()],
		[
			"a generator",
			() =>
				(async function* () {
					yield new TextEncoder().encode("content");
				})() as unknown as BodyInit,
		],
	])("%s is not sent twice, but the next request has the refreshed token", async (_, body) => {
		const { api, issuer, client } = await connect();
		api.on("/", onlyFor(NEW));
		const send = () => client("/", { method: "POST", body: body(), duplex: "half" });
		const error = await failureOf(send(), "FAILED_REQUEST");
		expect(error).toMatchObject({ status: 401, step: "api" });
		expect(error.message).toMatch(/a stream can't be sent twice\. Send the request again\.$/);
		expect(api.requests).toHaveLength(1);
		expect(await send()).toEqual({ ok: true });
		expect(authorizationsOf(api.requests)).toEqual(BOTH);
		expect(issuer.requests).toHaveLength(1);
	});

	test("a hundred calls at once make one refresh, and all succeed", async () => {
		const { api, issuer, client } = await connect();
		api.on("/", onlyFor(NEW));
		// The refresh ends when all of them have been refused.
		const allRefused = new Promise<void>((resolve) => {
			const answer = onlyFor(NEW);
			api.on("/", (request, response) => {
				answer(request, response);
				if (api.requests.length === 100) resolve();
			});
		});
		issuer.on("/token", async (_, response) => {
			await allRefused;
			sendJson(response, 200, { access_token: NEW, token_type: "Bearer" });
		});
		const calls = Array.from({ length: 100 }, (_, index) =>
			client("/", index % 2 ? { method: "POST", body: { index } } : {}),
		);
		expect(await Promise.all(calls)).toEqual(Array(100).fill({ ok: true }));
		expect(issuer.requests).toHaveLength(1);
		expect(api.requests).toHaveLength(200);
	});

	test("a token that the store has replaced meanwhile is sent without a refresh", async () => {
		const { api, issuer, client, save } = await connect();
		const answer = onlyFor(NEW);
		api.on("/", async (request, response) => {
			if (api.requests.length === 1) await save(NEW, "next-refresh-token");
			return answer(request, response);
		});
		expect(await client("/")).toEqual({ ok: true });
		expect(authorizationsOf(api.requests)).toEqual(BOTH);
		expect(issuer.requests).toEqual([]);
	});

	test("a refreshed token that is refused too ends in an error, without another refresh", async () => {
		const { api, issuer, client } = await connect();
		api.fail("/", 401, { error: "invalid_token" });
		const first = await failureOf(client("/"), "FAILED_REQUEST");
		expect(first).toMatchObject({ status: 401, step: "api", providerError: "invalid_token" });
		expect(first.message).toContain("Developer: check whether this API takes this provider's tokens.");
		expect(authorizationsOf(api.requests)).toEqual(BOTH);

		const second = await failureOf(client("/"), "FAILED_REQUEST");
		expect(second.message).toContain("the API refused an access token that was issued just now");
		expect(api.requests).toHaveLength(3);
		expect(issuer.requests).toHaveLength(1);
	});

	test("a grant without a refresh token is INVALID_GRANT", async () => {
		const { api, client, vault, save } = await connect();
		// A refresh token would be kept.
		await vault.disconnect("user", "acme");
		await save(OLD);
		api.fail("/", 401);
		const { message } = await failureOf(client("/"), "INVALID_GRANT");
		expect(message).toContain("the access token was refused, and there is no refresh token. Ask the user");
		expect(api.requests).toHaveLength(1);
	});

	test("a dead grant is INVALID_GRANT for every call, and the provider is asked once", async () => {
		const { api, issuer, client, vault } = await connect();
		api.fail("/", 401);
		issuer.fail("/token", 400, { error: "invalid_grant" });
		for (let call = 0; call < 3; call++) await failureOf(client("/"), "INVALID_GRANT");
		expect(issuer.requests).toHaveLength(1);
		expect(api.requests).toHaveLength(1);
		expect(await vault.list("user")).toMatchObject([{ isDead: true }]);
	});

	test("an outage of the provider is not repeated by the client", async () => {
		const { api, issuer, client } = await connect();
		api.fail("/", 401);
		issuer.fail("/token", 503, {}, { "retry-after": "7" });
		const error = await failureOf(client("/"), "FAILED_REQUEST");
		expect(error).toMatchObject({ step: "refresh", retryAfter: 7 });
		expect(api.requests).toHaveLength(1);
		expect(issuer.requests).toHaveLength(1);
	});

	test("a broken connection to the provider is not repeated by the client", async () => {
		const { api, issuer, client } = await connect();
		api.fail("/", 401);
		issuer.on("/token", breaks);
		const error = await failureOf(client("/"), "FAILED_REQUEST");
		expect(error.step).toBe("refresh");
		expectNoSecrets(error, SECRETS);
		expect(api.requests).toHaveLength(1);
		expect(issuer.requests).toHaveLength(1);
	});

	test("a 401 behind a redirect of the API is refreshed too", async () => {
		const { api, issuer, client } = await connect();
		api.fail("/", 308, {}, { location: "/there" });
		api.on("/there", onlyFor(NEW));
		expect(await client("/")).toEqual({ ok: true });
		expect(authorizationsOf(api.requests)).toEqual([OLD, OLD, NEW, NEW].map((token) => `Bearer ${token}`));
		expect(issuer.requests).toHaveLength(1);
	});

	test("a 403 is not a reason to refresh", async () => {
		const { api, issuer, client } = await connect();
		api.fail("/", 403, { message: "Resource not accessible" });
		const error = await failureOf(client("/"), "FAILED_REQUEST");
		expect(error.message).toBe(
			"acme: FAILED_REQUEST (api): status 403, the provider says Resource not accessible. Developer: check the scopes of the grant.",
		);
		expect(api.requests).toHaveLength(1);
		expect(issuer.requests).toEqual([]);
	});

	test("a POST whose repetition finds an outage is not sent a third time", async () => {
		const { api, client } = await connect();
		api.on("/", inTurn(status(401), status(503)));
		const error = await failureOf(client("/", { method: "POST", body: {} }), "FAILED_REQUEST");
		expect(error.status).toBe(503);
		expect(api.requests).toHaveLength(2);
	});
});
