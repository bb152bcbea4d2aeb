import { type Cookie, createCookie } from "./cookie.js";
import type { Client, FlowChecks } from "./definition.js";
import { readHeader } from "./incoming-request.js";
import type { Intent, RequestLike } from "./provider.js";
import { decodeJson, encodeJson } from "./random.js";

const LIFETIME_MS = 600_000;

/** For all pending flows of all providers together: far below any server's limit for headers. */
const MAX_COOKIE_BYTES = 4000;

/** How many cookies a response retires at most, beside the one that it sets. */
const MAX_RETIRED = 9;

/** Of a cookie with its name. A shorter one can't be a flow's, whatever its name: a browser can be full of them. */
const MIN_FLOW_LENGTH = 100;

/** Of `redirectTo`, as it is in the cookie. */
const MAX_PATH_LENGTH = 512;

/** One sign-in, from `startSignIn` to `handleCallback`. It travels in a cookie of its own. */
export interface Flow extends FlowChecks {
	/** The client that it was begun for: see `bindingOf`. */
	binding: string;
	redirectTo?: string;
	intent: Intent;
	/** The scopes of this sign-in alone, joined by spaces. */
	scope?: string;
	/** A hash of the id of the session that began it. With the intent `link` only. */
	session?: string;
	/** In milliseconds since 1970. */
	startedAt: number;
}

/** Returns what a flow is bound to: the callback of another provider, issuer, client or redirect URI can't use it. */
export function bindingOf({ id, issuer, clientId, redirectUri }: Client): string {
	return JSON.stringify([id, issuer, clientId, redirectUri]);
}

export function hasExpired({ startedAt }: Pick<Flow, "startedAt">): boolean {
	return Math.abs(Date.now() - startedAt) > LIFETIME_MS;
}

/** The start comes first, so that nothing has to be decoded to find the oldest flow. No framework escapes the value. */
export function flowCookie(client: Client, { startedAt, ...flow }: Flow): Cookie {
	const value = `${startedAt.toString(36)}.${encodeJson(flow)}`;
	return createFlowCookie(client, cookieName(client, flow.state), value, LIFETIME_MS / 1000);
}

export function retiredCookie(client: Client, state: string): Cookie {
	return createFlowCookie(client, cookieName(client, state), "", 0);
}

/** Captures a flow cookie's name and start. */
const FLOW_COOKIE = /^ *((?:__Host-)?oauth\.[\w.-]+)=(?:([\da-z]+)\.)?/;

/** Returns the cookies that retire the oldest flows, of any provider, so that `added` fits in. */
export function retireOldest(client: Client, request: RequestLike, added: Cookie): Cookie[] {
	const now = Date.now();
	const pending: { name: string; size: number; age: number }[] = [];
	for (const pair of readHeader(request, "cookie").split(";")) {
		const [, name, start] = (pair.length >= MIN_FLOW_LENGTH && FLOW_COOKIE.exec(pair)) || [];
		if (!name) continue;
		const age = Math.abs(now - (start ? Number.parseInt(start, 36) : 0));
		pending.push({ name, size: pair.length + 1, age });
	}
	// A cookie without a readable start counts as the oldest.
	pending.sort((a, b) => a.age - b.age);
	let size = `${added.name}=${added.value}; `.length;
	return pending
		.filter((flow) => {
			size += flow.size;
			return size > MAX_COOKIE_BYTES;
		})
		.slice(-MAX_RETIRED)
		.map(({ name }) => createFlowCookie(client, name, "", 0));
}

function readStart(value: string): number {
	return Number.parseInt(value.slice(0, value.indexOf(".") + 1), 36) || 0;
}

/** An unreadable cookie counts as an empty flow. */
export function readFlow(client: Client, request: RequestLike, state: string): Flow | undefined {
	const start = `${cookieName(client, state)}=`;
	const pairs = readHeader(request, "cookie").split(";");
	const value = pairs
		.findLast((pair) => pair.trimStart().startsWith(start))
		?.trim()
		.slice(start.length);
	if (value === undefined) return undefined;
	const flow = parseFlow(value.slice(value.indexOf(".") + 1));
	return { ...flow, startedAt: readStart(value), intent: flow.intent === "link" ? "link" : "sign-in" };
}

function parseFlow(text: string): Omit<Flow, "startedAt"> {
	try {
		const flow = decodeJson(text) as Flow;
		// An object could pretend to be a string.
		if (Object.values(flow).every((part) => typeof part === "string")) return flow;
	} catch {}
	return {} as Flow;
}

/** The name has a part of the `state`, so that two tabs don't share a cookie. */
function cookieName(client: Client, state: string): string {
	return `${isSecure(client) ? "__Host-" : ""}oauth.${client.id}.${state.slice(0, 16)}`;
}

function createFlowCookie(client: Client, name: string, value: string, maxAge: number): Cookie {
	return createCookie(name, value, {
		httpOnly: true,
		secure: isSecure(client) || !!client.responseMode || name.startsWith("__Host-"),
		// Browsers send no `Lax` cookie with a cross-site POST.
		sameSite: client.responseMode ? "none" : "lax",
		path: "/",
		maxAge,
	});
}

function isSecure({ redirectUri }: Client): boolean {
	return !redirectUri?.startsWith("http:");
}

/** Returns a path of this site as a browser normalizes it; `undefined` for anything else. */
export function localPath(path: string | undefined): string | undefined {
	const origin = "http://localhost";
	if (typeof path !== "string" || path[0] !== "/" || !URL.canParse(path, origin)) return undefined;
	const { href } = new URL(path, origin);
	const local = href.slice(origin.length);
	// `/.//example.com` becomes `//example.com`, which is another site.
	const isHere = href.startsWith(`${origin}/`) && local[1] !== "/";
	return isHere && local.length <= MAX_PATH_LENGTH ? local : undefined;
}
