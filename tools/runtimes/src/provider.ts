import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createKey, sign } from "@oauth/test-kit/signing-key";
import { FakeProvider } from "@oauth/testing";
import { decodeJwt, exportPKCS8, generateKeyPair, jwtVerify } from "jose";
import { type Fault, faults } from "./faults.ts";
import { type ProviderId, recordIssuer, recordings } from "./recordings.ts";
import { createSettings, type Settings } from "./settings.ts";

export interface Provider {
	settings: Settings;
	/** Such as `GET https://api.github.com/user`, in the order of their arrival. */
	requests: string[];
	/** Secrets, codes, code verifiers and tokens, which must not be logged. */
	secrets: string[];
	/** The number of responses that have not ended, and whose client has not gone away. */
	pending: number;
	/** By URL: the promise that its responses wait for. */
	holds: Map<string, Promise<unknown>>;
	/** By URL: the fault of its next response. See `faults`. */
	faultsOnce: Map<string, string>;
	/** Replaces the key that signs ID tokens. */
	rotateKeys(): Promise<void>;
	stop(): Promise<void>;
}

/**
 * Serves GitHub, Google, Apple and an issuer that is discovered, on loopback. Each request is passed on to a fake provider.
 * This server adds faults, new keys and the revocation of tokens, and verifies the signature of Apple's client secret.
 */
export async function startProvider(): Promise<Provider> {
	const server = createServer(receive);
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

	const appKeys = await generateKeyPair("ES256", { extractable: true });
	const privateKey = await exportPKCS8(appKeys.privateKey);
	const settings = createSettings(origin, privateKey);
	const { github, google, apple, oidc } = settings;
	const recorded = { ...recordings, oidc: recordIssuer(oidc.issuer) };
	const fakes: Record<ProviderId, FakeProvider> = {
		github: new FakeProvider(recorded.github, github),
		google: new FakeProvider(recorded.google, google),
		apple: new FakeProvider(recorded.apple, { ...apple, clientSecret: "signed for each request" }),
		oidc: new FakeProvider(recorded.oidc, oidc),
	};
	await Promise.all(Object.values(fakes).map((fake) => fake.start()));

	let keys = 1;
	let key = await createKey(`${keys}`);
	const keyOfAnother = await createKey("another");
	/** By provider and code: the fault of the token response. */
	const faultsOfCodes = new Map<string, string>();
	const accessTokens = new Set<string>();
	const provider: Provider = {
		settings,
		requests: [],
		secrets: privateKey.split("\n").slice(1, -2),
		pending: 0,
		holds: new Map(),
		faultsOnce: new Map(),
		async rotateKeys() {
			key = await createKey(`${++keys}`);
		},
		async stop() {
			server.close();
			server.closeAllConnections();
			await Promise.all(Object.values(fakes).map((fake) => fake.stop()));
		},
	};

	function keepSecrets(...values: (string | null | undefined)[]): void {
		for (const value of values) if (value) provider.secrets.push(value);
	}
	keepSecrets(github.clientSecret, google.clientSecret, oidc.clientSecret);

	async function receive(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		provider.pending++;
		outgoing.on("close", () => provider.pending--);
		const { pathname, search } = new URL(incoming.url ?? "/", origin);
		const [, id, encoded = ""] = pathname.split("/") as [string, ProviderId, string?];
		const url = id === "oidc" ? origin + pathname : decodeURIComponent(encoded);
		provider.requests.push(`${incoming.method} ${url}`);
		const body = await text(incoming);
		await provider.holds.get(url);
		if (outgoing.closed) return;
		const faultOnce = faults[provider.faultsOnce.get(url) ?? ""];
		provider.faultsOnce.delete(url);
		if (faultOnce) return void faultOnce(outgoing, origin);

		// Only the authorization request has a query.
		const promise: Promise<Response | Fault> = search
			? authorize(id, url + search)
			: respond(id, url, incoming, body);
		const response = await promise.catch(({ message }) => Response.json({ error: message }, { status: 400 }));
		if (typeof response === "function") return void response(outgoing, origin);
		const location = response.headers.get("location");
		outgoing.writeHead(response.status, {
			"content-type": "application/json",
			...(location && { location }),
		});
		outgoing.end(await response.text());
	}

	/** Lets the user say yes. */
	async function authorize(id: ProviderId, url: string): Promise<Response> {
		const { searchParams } = new URL(url);
		if (searchParams.has("code_challenge") === (id === "apple")) throw new Error("code_challenge is wrong");
		if (searchParams.has("nonce") === (id === "github")) throw new Error("nonce is wrong");
		// Given as another user, so that each sign-in gets its own tokens.
		const callback = fakes[id].authorize(url, recorded[id].user);
		const code = callback.searchParams.get("code");
		keepSecrets(code);
		faultsOfCodes.set(`${id} ${code}`, searchParams.get("fault") ?? "");
		return Response.redirect(callback);
	}

	async function respond(
		id: ProviderId,
		url: string,
		{ method = "", headers: { authorization, "content-type": type } }: IncomingMessage,
		body: string,
	): Promise<Response | Fault> {
		const { idToken, revocation } = recorded[id];
		if (url === idToken?.jwks) return Response.json({ keys: [key.publicJwk] });
		const form = new URLSearchParams(body);
		keepSecrets(form.get("code_verifier"), form.get("client_secret"));
		if (id === "apple") await verifyClientSecret(`${form.get("client_secret")}`);

		const headers = { ...(authorization && { authorization }), ...(type && { "content-type": type }) };
		const response = await fakes[id].fetch(url, { method, headers, body: body || null });
		if (!response.ok) return response;
		if (url === revocation?.url) {
			const token = form.get("token") ?? JSON.parse(body).access_token;
			if (!accessTokens.delete(token)) throw new Error("invalid_request");
			return response;
		}
		const json = await response.json();
		if (!json.access_token) return Response.json(json);

		const fault = faultsOfCodes.get(`${id} ${form.get("code")}`) ?? "";
		if (faults[fault]) return faults[fault];
		if (json.id_token) {
			const signer = fault === "signs with another's key" ? keyOfAnother : key;
			json.id_token = await sign(decodeJwt(json.id_token), { ...key, privateKey: signer.privateKey });
		}
		accessTokens.add(json.access_token);
		keepSecrets(json.access_token, json.refresh_token, json.id_token);
		return Response.json(json);
	}

	async function verifyClientSecret(clientSecret: string): Promise<void> {
		const { protectedHeader } = await jwtVerify(clientSecret, appKeys.publicKey, {
			issuer: apple.teamId,
			subject: apple.clientId,
			audience: "https://appleid.apple.com",
			algorithms: ["ES256"],
			requiredClaims: ["iat", "exp"],
		});
		if (protectedHeader.kid !== apple.keyId) throw new Error("the key of the client secret is wrong");
	}

	return provider;
}
