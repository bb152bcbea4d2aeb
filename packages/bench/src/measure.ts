import type { Begun, Person, SignIn } from "./sign-in.ts";

/** What one process measures. */
export interface Task {
	/** The path of the contender's routes. */
	routes: string;
	/** Where the provider listens. */
	origin: string;
	/** Who has to have signed in. */
	person: Person;
	/** Sign-ins that are measured, after those that let the engine warm up. */
	signIns: number;
	warmUp: number;
}

export interface Sample {
	importMs: number;
	urlsPerSecond: number;
	callbacksPerSecond: number;
	/** User and system time. */
	cpuMicrosecondsPerCallback: number;
	/** To the provider. */
	requestsPerCallback: number;
	/** The parameters of the authorization URL that protect the sign-in. */
	protections: string[];
}

const PROTECTIONS = ["state", "code_challenge", "nonce"];

const CONCURRENCY = 16;

const { routes, origin, person, signIns, warmUp }: Task = JSON.parse(process.argv[2] ?? "");

const importedAt = performance.now();
const { default: createSignIn }: { default: () => SignIn } = await import(routes);
const importMs = performance.now() - importedAt;

// Not before: what this loads must not make the import faster.
const { authorize } = await import("./browser.ts");
const { countRequests, routeTo } = await import("./loopback.ts");
routeTo(origin);
const app = createSignIn();
const total = warmUp + signIns;

const begun: Begun[] = [];
for (let i = 0; i < warmUp; i++) begun.push(await app.begin());
const beginning = start();
for (let i = 0; i < signIns; i++) begun.push(await app.begin());
const begin = beginning();

const callbacks: Request[] = [];
await atOnce(0, total, async (i) => {
	const signIn = begun[i];
	if (signIn) callbacks[i] = await authorize(signIn);
});

await atOnce(0, warmUp, callback);
const calling = start();
await atOnce(warmUp, total, callback);
const call = calling();

const sample: Sample = {
	importMs,
	urlsPerSecond: signIns / begin.seconds,
	callbacksPerSecond: signIns / call.seconds,
	cpuMicrosecondsPerCallback: call.cpuMicroseconds / signIns,
	requestsPerCallback: call.requests / signIns,
	protections: PROTECTIONS.filter((name) => new URL(begun[0]?.url ?? "").searchParams.has(name)),
};
process.send?.(sample, () => process.exit());

async function callback(i: number): Promise<void> {
	const { id, email } = await app.callback(callbacks[i] as Request);
	if (id !== person.id || email !== person.email) throw new Error(`${id}, ${email} has signed in`);
}

/** Does it for each number, so many at once. */
async function atOnce(from: number, to: number, work: (i: number) => Promise<void>): Promise<void> {
	let next = from;
	const worker = async () => {
		while (next < to) await work(next++);
	};
	await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

/** What has been spent since. */
function start() {
	const [at, cpu, requests] = [performance.now(), process.cpuUsage(), countRequests()];
	return () => {
		const { user, system } = process.cpuUsage(cpu);
		return {
			seconds: (performance.now() - at) / 1000,
			cpuMicroseconds: user + system,
			requests: countRequests() - requests,
		};
	};
}
