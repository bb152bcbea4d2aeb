import type { SignIn, StartedSignIn, User } from "./sign-in.ts";

/** The task of one process. */
export interface Task {
	/** The path of the contender's routes. */
	routes: string;
	/** The origin on which the provider listens. */
	origin: string;
	/** The user in whom every sign-in has to end. */
	user: User;
	/** The number of sign-ins that warm the engine up. */
	warmUp: number;
}

/** The first message of a process. */
export interface Ready {
	importMs: number;
	/** The parameters of the authorization URL that protect the sign-in. */
	protections: string[];
}

/** The reply to a message with a number of sign-ins. */
export interface Turn {
	cpuMicrosecondsPerUrl: number;
	cpuMicrosecondsPerCallback: number;
	callbacksPerSecond: number;
	/** Requests to the provider. */
	requestsPerCallback: number;
}

const PROTECTIONS = ["state", "code_challenge", "nonce"];
const CONCURRENCY = 16;
/** The sign-ins at the start of a turn that don't count, because the processor's caches are full of another contender. */
const LEAD_IN = 20;
/** A URL takes little time, so several are measured for each callback. */
const URLS_PER_CALLBACK = 2;

const { routes, origin, user, warmUp }: Task = JSON.parse(process.argv[2] ?? "");

const importedAt = performance.now();
const { default: createSignIn }: { default: () => SignIn } = await import(routes);
const importMs = performance.now() - importedAt;

// Not before: modules that these load must not make the import faster.
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
	const begun: StartedSignIn[] = [];
	const begin = async () => {
		begun.push(await app.begin(visit));
	};
	await repeat(LEAD_IN, 1, begin);
	const start = await costOf(() => repeat(urls, 1, begin));
	const callbacks: Request[] = [];
	await repeat(LEAD_IN + signIns, CONCURRENCY, async (index) => {
		callbacks[index] = await authorize(begun[index] as StartedSignIn);
	});
	const callback = async (index: number) => {
		const { id, email } = await app.callback(callbacks[index] as Request);
		if (id !== user.id || email !== user.email) throw new Error(`the wrong user signed in: ${id}, ${email}`);
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
