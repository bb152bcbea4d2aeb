import { expect, test, vi } from "vitest";
import { expectOneUserEach, expectQuiet, expectSignedIn } from "./expectations.ts";
import type { Fault } from "./fault.ts";
import { forEach, type Outcome, signIn } from "./person.ts";
import { startTwoInstances } from "./two-instances.ts";

const PEOPLE = Array.from({ length: 25 }, (_, index) => index + 1);
const LIMIT = { timeout: 180_000 };

async function start(githubTimeout: number) {
	const servers = await startTwoInstances({ picture: (_, response) => response.end(), githubTimeout });
	const { app, github } = servers;
	return {
		...servers,
		signInAt: (provider: string) => (person: number) => signIn(app, provider, person),
		setFault: (fault: Fault | null) =>
			fetch(`${github.url}/fault`, { method: "POST", body: JSON.stringify(fault) }),
		countHeld: async () => (await fetch(`${github.url}/held`)).json(),
	};
}

const FAULTS: [name: string, Fault][] = [
	["answers 500", { kind: "answers 500", every: 1 }],
	["answers 500 on half of its connections", { kind: "answers 500", every: 2 }],
	["resets its connections", { kind: "resets", every: 1 }],
	["resets half of its connections", { kind: "resets", every: 2 }],
	["hangs", { kind: "hangs", every: 1 }],
	["hangs on half of its connections", { kind: "hangs", every: 2 }],
];

test.each(FAULTS)("while GitHub %s, what fails says so, and all else goes on", LIMIT, async (_, fault) => {
	// Only what hangs is to come to its timeout.
	const { signInAt, setFault, db, instances } = await start(fault.kind === "hangs" ? 2_000 : 60_000);
	await setFault(fault);

	// At GitHub they try again and again, for as long as others sign in at Google.
	let isOver = false;
	const [attempts] = await Promise.all([
		forEach(PEOPLE, PEOPLE.length, async (person) => {
			const outcomes: Outcome[] = [];
			do outcomes.push(await signInAt("github")(person));
			while (!isOver);
			return outcomes;
		}),
		forEach([...PEOPLE, ...PEOPLE, ...PEOPLE], PEOPLE.length, signInAt("google"))
			.then(expectSignedIn)
			.finally(() => {
				isOver = true;
			}),
	]);

	// Who failed got a page that says so, and no user.
	const hasFailed = ({ status }: Outcome) => status !== 200;
	const failures = attempts.flat().filter(hasFailed);
	expect(failures.length).toBeGreaterThan(0);
	for (const failure of failures)
		expect(failure).toMatchObject({
			status: 502,
			page: "The sign-in with github has failed: FAILED_REQUEST",
			cookies: [],
		});
	const successful = PEOPLE.filter((_, index) => !attempts[index]?.every(hasFailed));
	if (fault.every === 1) expect(successful).toEqual([]);
	const atGoogle = PEOPLE.map((person) => `google:${person}`);
	expectOneUserEach(db, [...atGoogle, ...successful.map((person) => `github:${person}`)]);

	// Afterwards all is well.
	await setFault(null);
	expectSignedIn(await forEach(PEOPLE, 2, signInAt("github")));
	expectOneUserEach(db, [...atGoogle, ...PEOPLE.map((person) => `github:${person}`)]);
	expectQuiet(instances);
});

test("while all sign-ins with GitHub hang, all with Google end", LIMIT, async () => {
	const { signInAt, setFault, countHeld, instances } = await start(600_000);
	await setFault({ kind: "hangs", every: 1 });
	let ended = 0;
	const atGitHub = forEach(PEOPLE, PEOPLE.length, (person) =>
		signInAt("github")(person).finally(() => ended++),
	);
	await vi.waitFor(async () => expect(await countHeld()).toBe(PEOPLE.length), LIMIT);

	// From the first to the last of them, each of GitHub's hangs.
	expectSignedIn(
		await forEach([...PEOPLE, ...PEOPLE, ...PEOPLE, ...PEOPLE], PEOPLE.length, signInAt("google")),
	);
	expect({ ended, held: await countHeld() }).toEqual({ ended: 0, held: PEOPLE.length });

	await setFault(null);
	expectSignedIn(await atGitHub);
	expectQuiet(instances);
});
