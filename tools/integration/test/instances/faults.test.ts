import { expect, test, vi } from "vitest";
import { expectOneUserEach, expectQuiet, expectSignedIn } from "./expectations.ts";
import type { Fault } from "./fault.ts";
import { forEach } from "./for-each.ts";
import { type Outcome, signIn } from "./sign-in.ts";
import { startTwoInstances } from "./two-instances.ts";

const USERS = Array.from({ length: 25 }, (_, index) => index + 1);
const LIMIT = { timeout: 180_000 };

async function start(githubTimeout: number) {
	const servers = await startTwoInstances({ picture: (_, response) => response.end(), githubTimeout });
	const { app, github } = servers;
	return {
		...servers,
		signInAt: (provider: string) => (user: number) => signIn(app, provider, user),
		setFault: (fault: Fault | null) =>
			fetch(`${github.url}/fault`, { method: "POST", body: JSON.stringify(fault) }),
		countHeld: async () => (await fetch(`${github.url}/held`)).json(),
	};
}

const FAULTS: [name: string, Fault][] = [
	["responds with 500", { kind: "responds with 500", every: 1 }],
	["responds with 500 on half of its connections", { kind: "responds with 500", every: 2 }],
	["resets its connections", { kind: "resets", every: 1 }],
	["resets half of its connections", { kind: "resets", every: 2 }],
	["hangs", { kind: "hangs", every: 1 }],
	["hangs on half of its connections", { kind: "hangs", every: 2 }],
];

test.each(FAULTS)(
	"while GitHub %s, a sign-in there succeeds or reports its failure, and Google is unaffected",
	LIMIT,
	async (_, fault) => {
		// Only requests that hang may reach their timeout.
		const { signInAt, setFault, db, instances } = await start(fault.kind === "hangs" ? 2_000 : 60_000);
		await setFault(fault);

		// Users try again and again at GitHub for as long as others sign in at Google.
		let isOver = false;
		const [attempts] = await Promise.all([
			forEach(USERS, USERS.length, async (user) => {
				const outcomes: Outcome[] = [];
				do outcomes.push(await signInAt("github")(user));
				while (!isOver);
				return outcomes;
			}),
			forEach([...USERS, ...USERS, ...USERS], USERS.length, signInAt("google"))
				.then(expectSignedIn)
				.finally(() => {
					isOver = true;
				}),
		]);

		// A failed sign-in ends at an error page and creates no user.
		const hasFailed = ({ status }: Outcome) => status !== 200;
		const failures = attempts.flat().filter(hasFailed);
		expect(failures.length).toBeGreaterThan(0);
		for (const failure of failures)
			expect(failure).toMatchObject({
				status: 502,
				page: "The sign-in with github has failed: FAILED_REQUEST",
				cookies: [],
			});
		const successful = USERS.filter((_, index) => !attempts[index]?.every(hasFailed));
		if (fault.every === 1) expect(successful).toEqual([]);
		const atGoogle = USERS.map((user) => `google:${user}`);
		expectOneUserEach(db, [...atGoogle, ...successful.map((user) => `github:${user}`)]);

		// Without the fault, every sign-in succeeds.
		await setFault(null);
		expectSignedIn(await forEach(USERS, 2, signInAt("github")));
		expectOneUserEach(db, [...atGoogle, ...USERS.map((user) => `github:${user}`)]);
		expectQuiet(instances);
	},
);

test("while all sign-ins with GitHub hang, all sign-ins with Google succeed", LIMIT, async () => {
	const { signInAt, setFault, countHeld, instances } = await start(600_000);
	await setFault({ kind: "hangs", every: 1 });
	let ended = 0;
	const atGitHub = forEach(USERS, USERS.length, (user) => signInAt("github")(user).finally(() => ended++));
	await vi.waitFor(async () => expect(await countHeld()).toBe(USERS.length), LIMIT);

	// All sign-ins with GitHub hang during all of these.
	expectSignedIn(await forEach([...USERS, ...USERS, ...USERS, ...USERS], USERS.length, signInAt("google")));
	expect({ ended, held: await countHeld() }).toEqual({ ended: 0, held: USERS.length });

	await setFault(null);
	expectSignedIn(await atGitHub);
	expectQuiet(instances);
});
