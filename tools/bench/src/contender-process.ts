import type { Begun, SignIn, User } from "./sign-in.ts";

/** What one process measures. */
export interface Task {
	/** The path of the contender's routes. */
	routes: string;
	/** Where the provider listens. */
	origin: string;
	/** The user who has to have signed in. */
	user: User;
	/** Sign-ins that let the engine warm up. */
	warmUp: number;
}

/** What a process sends when it is ready. */
export interface Ready {
	importMs: number;
	/** The parameters of the authorization URL that protect the sign-in. */
	protections: string[];
}

/** What it replies to a number of sign-ins. */
export interface Turn {
	cpuMicrosecondsPerUrl: number;
	cpuMicrosecondsPerCallback: number;
	callbacksPerSecond: number;
	/** To the provider. */
	requestsPerCallback: number;
}

const PROTECTIONS = ["state", "code_challenge", "nonce"];
const CONCURRENCY = 16;
/** Sign-ins at the start of each turn that don't count: the processor's caches are still full of another contender. */
const LEAD_IN = 20;
/** A URL costs little: so many make a measure. */
const URLS_PER_CALLBACK = 2;

const { routes, origin, user, warmUp }: Task = JSON.parse(process.argv[2] ?? "");

const importedAt = performance.now();
const { default: createSignIn }: { default: () => SignIn } = await import(routes);
const importMs = performance.now() - importedAt;

// Not before: what these load must not make the import faster.
const { authorize } = await import("./browser.ts");
const { costOf, repeat } = await import("./cost.ts");
const { routeTo } = await import("./loopback.ts");
const { BROWSER_HEADERS, ORIGIN } = await import("./sign-in.ts");
routeTo(origin);
const app = createSignIn();
const visit = new Request(`${ORIGIN}/auth/signin`, { headers: BROWSER_HEADERS });

await turn(warmUp);
const { searchParams } = new URL((await app.begin(visit)).url);
process.on("message", async (signIns: number) => process.send?.(await turn(signIns)));
process.send?.({
	importMs,
	protections: PROTECTIONS.filter((name) => searchParams.has(name)),
} satisfies Ready);

async function turn(signIns: number): Promise<Turn> {
	const urls = signIns * URLS_PER_CALLBACK;
	const begun: Begun[] = [];
	const begin = async () => {
		begun.push(await app.begin(visit));
	};
	await repeat(LEAD_IN, 1, begin);
	const start = await costOf(() => repeat(urls, 1, begin));
	const callbacks: Request[] = [];
	await repeat(LEAD_IN + signIns, CONCURRENCY, async (index) => {
		callbacks[index] = await authorize(begun[index] as Begun);
	});
	const callback = async (index: number) => {
		const { id, email } = await app.callback(callbacks[index] as Request);
		if (id !== user.id || email !== user.email) throw new Error(`${id}, ${email} has signed in`);
	};
	await repeat(LEAD_IN, CONCURRENCY, callback);
	const call = await costOf(() => repeat(signIns, CONCURRENCY, (index) => callback(LEAD_IN + index)));
	return {
		cpuMicrosecondsPerUrl: start.cpuMicroseconds / urls,
		cpuMicrosecondsPerCallback: call.cpuMicroseconds / signIns,
		callbacksPerSecond: signIns / call.seconds,
		requestsPerCallback: call.requests / signIns,
	};
}
