import type { Client, FlowChecks } from "./definition.js";
import type { Intent } from "./provider.js";

const LIFETIME_SECONDS = 600;
const MAX_PENDING = 5;
/** As it is in the cookie: long ones, in many tabs, would fill up the request headers that a server takes. */
const MAX_PATH_LENGTH = 512;

/** One sign-in, from `startSignIn` to `handleCallback`. It travels in a cookie of its own. */
export interface Flow extends FlowChecks {
	/** Whose it is: see `bindingOf`. */
	binding: string;
	nonce?: string;
	redirectTo?: string;
	intent: Intent;
	/** In seconds since 1970. */
	startedAt: number;
}

/** What a flow was begun for. The callback of anything else can't use it. */
export function bindingOf({ id, issuer, clientId, redirectUri }: Client): string {
	return JSON.stringify([id, issuer, clientId, redirectUri]);
}

export function hasExpired({ startedAt }: Flow): boolean {
	// Said this way round, a `startedAt` that is no number has expired.
	return !(Math.abs(Date.now() / 1000 - startedAt) <= LIFETIME_SECONDS);
}

export function flowCookie(client: Client, flow: Flow): string {
	const value = encodeURIComponent(JSON.stringify(flow));
	return setCookie(client, cookieName(client, flow.state), value, LIFETIME_SECONDS);
}

export function retireFlow(client: Client, { state }: Flow): string {
	return setCookie(client, cookieName(client, state));
}

/** Retires all but the newest of this provider's pending flows, so that with one more there are five. */
export function retireOldest(client: Client, headers?: Headers): string[] {
	return readFlows(client, headers)
		.sort(([, a], [, b]) => b.startedAt - a.startedAt)
		.slice(MAX_PENDING - 1)
		.map(([name]) => setCookie(client, name));
}

export function readFlow(client: Client, headers: Headers, state: string): Flow | undefined {
	return new Map(readFlows(client, headers)).get(cookieName(client, state));
}

/** This provider's flows by the names of their cookies. What can't be read is as a flow without anything in it. */
function readFlows(client: Client, headers?: Headers): [name: string, flow: Flow][] {
	return (headers?.get("cookie") ?? "")
		.split(/; */)
		.filter((pair) => pair.startsWith(cookieName(client, "")))
		.map((pair) => {
			const [name = "", value = ""] = pair.split("=");
			let flow: unknown;
			try {
				// A flow is flat: an object in it could pretend to be text.
				flow = JSON.parse(decodeURIComponent(value), (key, part) =>
					key && Object(part) === part ? null : part,
				);
			} catch {}
			const { intent } = Object(flow);
			return [name, { startedAt: 0, ...Object(flow), intent: intent === "link" ? intent : "sign-in" }];
		});
}

/** A part of the `state` keeps two tabs apart. */
function cookieName(client: Client, state: string): string {
	return `${isSecure(client) ? "__Host-" : ""}oauth.${client.id}.${state.slice(0, 16)}`;
}

function setCookie(client: Client, name: string, value = "", maxAge = 0): string {
	// A cross-site POST brings no `Lax` cookie along.
	const sameSite = client.responseMode ? "None; Secure" : isSecure(client) ? "Lax; Secure" : "Lax";
	return `${name}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=${sameSite}`;
}

function isSecure({ redirectUri }: Client): boolean {
	return !redirectUri?.startsWith("http:");
}

/** A path of this site, in the form that a browser gives it; `undefined` for anything else. */
export function localPath(path: string | undefined): string | undefined {
	const origin = "http://localhost";
	if (typeof path !== "string" || path[0] !== "/" || !URL.canParse(path, origin)) return undefined;
	const { href } = new URL(path, origin);
	const local = href.slice(origin.length);
	// `/.//example.com` becomes a `//example.com`, which names another site.
	const isHere = href.startsWith(`${origin}/`) && local[1] !== "/";
	return isHere && encodeURIComponent(local).length <= MAX_PATH_LENGTH ? local : undefined;
}
