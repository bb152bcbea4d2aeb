import { github } from "@oauth/github";
import { google } from "@oauth/google";
import { oidc } from "@oauth/oidc";
import { authorize } from "./browser.ts";
import { costOf, repeat } from "./cost.ts";
import { usedHeap } from "./heap.ts";
import { routeTo } from "./loopback.ts";
import { BROWSER_HEADERS, CLIENT, ORIGIN, redirectUriOf, type StartedSignIn } from "./sign-in.ts";

export interface Row {
	title: string;
	count: number;
	/** In microseconds each. */
	cpu?: number;
	/** Requests to the provider, each. */
	requests?: number;
	/** In bytes each. */
	heap?: number;
}

const CONCURRENCY = 16;

const { origin }: { origin: string } = JSON.parse(process.argv[2] ?? "");
routeTo(origin);

const visit = new Request(`${ORIGIN}/login`, { headers: BROWSER_HEADERS });
const githubConfig = { ...CLIENT, redirectUri: redirectUriOf("github") };
const googleConfig = { ...CLIENT, redirectUri: redirectUriOf("google") };
const rows: Row[] = [];

/** Measures the work, and the growth of the heap while its result is kept. */
async function measure(title: string, count: number, work: () => Promise<unknown>): Promise<void> {
	const before = await usedHeap();
	let held: unknown;
	const { cpuMicroseconds, requests } = await costOf(async () => {
		held = await work();
	});
	const heap = ((await usedHeap()) - before) / count;
	rows.push({
		title,
		count,
		cpu: cpuMicroseconds / count,
		requests: requests / count,
		heap: Math.max(0, heap),
	});
	// Keeps the result alive until here.
	if (held === rows) throw new Error();
}

async function measureTenants(): Promise<void> {
	const tenant = (index: number) => ({ ...githubConfig, clientId: `client-of-tenant-${index}` });
	const many = 5000;
	const each = <Value>(make: (index: number) => Value) =>
		Array.from({ length: many }, (_, index) => make(index));
	// Warms the engine up.
	each((index) => github(tenant(index)));
	each((index) => google({ ...googleConfig, ...tenant(index) }));
	await measure("GitHub providers created and kept", many, async () =>
		each((index) => github(tenant(index))),
	);
	await measure("Google providers created and kept", many, async () =>
		each((index) => google({ ...googleConfig, clientId: `client-of-tenant-${index}` })),
	);
	const shared = google(googleConfig);
	const signIn = async (provider: () => typeof shared) => {
		const { url, cookies } = await provider().startSignIn(visit);
		const begun: StartedSignIn = { url, cookies: cookies.map((cookie) => cookie.serialize()) };
		return provider().handleCallback(await authorize(begun));
	};
	for (const [title, provider] of [
		["(warm up)", () => shared],
		["sign-ins with Google, one provider for all", () => shared],
		["sign-ins with Google, a provider for each request", () => google(googleConfig)],
	] as const)
		await measure(title, 2000, () => repeat(2000, CONCURRENCY, () => signIn(provider)));
	rows.splice(
		rows.findIndex(({ title }) => title === "(warm up)"),
		1,
	);
}

async function measureIssuers(): Promise<void> {
	const startAt = (issuers: number, kilobytes: number) => (index: number) => {
		const path = `${kilobytes}/${issuers}-${index % issuers}`;
		return oidc({
			...CLIENT,
			issuer: `https://issuers.example.com/${path}`,
			redirectUri: `${ORIGIN}/callback/${path}`,
		}).startSignIn(visit);
	};
	for (const [issuers, kilobytes] of [
		[1, 2],
		[200, 2],
		[2000, 2],
		[200, 900],
	] as const) {
		const start = startAt(issuers, kilobytes);
		const documents = `documents of ${kilobytes} kB`;
		await measure(`issuers used for the first time, ${documents}`, issuers, () =>
			repeat(issuers, CONCURRENCY, start),
		);
		await measure(`sign-ins started at ${issuers} known issuers, ${documents}`, 2000, () =>
			repeat(2000, CONCURRENCY, start),
		);
	}
}

async function measurePending(): Promise<void> {
	const provider = github(githubConfig);
	await repeat(5000, 1, () => provider.startSignIn(visit));
	await measure("sign-ins started and never finished", 20_000, () =>
		repeat(20_000, 1, () => provider.startSignIn(visit)),
	);
	for (const pending of [1, 5, 20, 100]) {
		const jar = new Map<string, string>();
		const browse = async () => {
			const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
			const request = new Request(`${ORIGIN}/login`, { headers: { ...BROWSER_HEADERS, cookie } });
			for (const { name, value, attributes } of (await provider.startSignIn(request)).cookies)
				if (attributes.maxAge > 0) jar.set(name, value);
				else jar.delete(name);
			return cookie.length;
		};
		await repeat(pending, 1, browse);
		const size = [...jar].map(([name, value]) => `${name}=${value}`).join("; ").length;
		rows.push({
			title: `cookies in a browser after ${pending} started sign-ins: ${size} bytes`,
			count: jar.size,
		});
	}
}

await measureTenants();
await measureIssuers();
await measurePending();
process.send?.(rows);
