import type { ServerResponse } from "node:http";
import type { ReceivedRequest } from "@oauth/test-kit/loopback";
import { expect, test } from "vitest";
import { expectOneUserEach, expectQuiet, expectSignedIn } from "./expectations.ts";
import { forEach, signIn } from "./person.ts";
import { startTwoInstances, type TwoInstances } from "./two-instances.ts";

const PEOPLE = Array.from({ length: 100 }, (_, index) => index + 1);
/** Everybody comes for the first time by two tabs at the same moment, and then three times more. */
const SIGN_INS = [...PEOPLE.flatMap((person) => [person, person]), ...PEOPLE, ...PEOPLE, ...PEOPLE];
const AT_ONCE = 50;

/**
 * How much memory a sign-in may leave behind, in bytes. It is about 300, for the list of the last requests that Node
 * itself keeps and for connections. A sign-in that leaves its `Request` behind leaves 2000.
 */
const BYTES_PER_SIGN_IN = 1_000;

const providerOf = (person: number) => (person % 2 ? "github" : "google");

/** Sends a person's picture when it is asked for twice: then both tabs have found no user, and race for it. */
function pictureForTwo() {
	const waiting = new Map<string | null, ServerResponse[]>();
	return ({ query }: ReceivedRequest, response: ServerResponse) => {
		const responses = [...(waiting.get(query.get("of")) ?? []), response];
		waiting.set(query.get("of"), responses);
		if (responses.length > 1)
			for (const each of responses) each.writeHead(200, { connection: "close" }).end();
	};
}

/** Of both instances, without the connections that only wait for the next request. */
async function measureMemory({ instances, github, google }: TwoInstances): Promise<number> {
	for (const { url } of [github, google]) await fetch(`${url}/close-idle-connections`);
	const sizes = await Promise.all(instances.map(async ({ url }) => (await fetch(`${url}/memory`)).json()));
	return sizes.reduce((sum, size) => sum + size);
}

test("500 sign-ins at two instances, 50 at a time", { timeout: 180_000 }, async () => {
	const servers = await startTwoInstances({ picture: pictureForTwo(), githubTimeout: 60_000 });
	const { app, instances, db } = servers;
	const signInAll = (people: number[]) =>
		forEach(people, AT_ONCE, async (person) => {
			const outcome = await signIn(app, providerOf(person), person);
			// At once: whoever races with one that has failed would wait for ever.
			expectSignedIn([outcome]);
			return outcome;
		});

	const outcomes = await signInAll(SIGN_INS.slice(0, 100));
	const memory = await measureMemory(servers);
	outcomes.push(...(await signInAll(SIGN_INS.slice(100))));
	const growth = (await measureMemory(servers)) - memory;

	// Each person is always the same user.
	const accountOf = (person: number) => `${providerOf(person)}:${person}`;
	const userIds = expectOneUserEach(db, PEOPLE.map(accountOf));
	expect(outcomes.map(({ page }) => JSON.parse(page).userId)).toEqual(
		SIGN_INS.map((person) => userIds.get(accountOf(person))),
	);
	expectQuiet(instances);

	// It was no matter where: half of them ended at another instance than they had begun, and half of the races were
	// between the two. That is by chance, so less will do.
	const moved = outcomes.filter(({ instances: [begin, callback] }) => begin !== callback);
	expect(moved.length).toBeGreaterThan(SIGN_INS.length / 4);
	const callbackOf = (index: number) => outcomes[index]?.instances[1];
	const apart = PEOPLE.filter((_, index) => callbackOf(2 * index) !== callbackOf(2 * index + 1));
	expect(apart.length).toBeGreaterThan(PEOPLE.length / 10);

	console.log(`${moved.length} moved, ${apart.length} raced apart, ${growth} bytes of growth`);
	expect(growth / (SIGN_INS.length - 100)).toBeLessThan(BYTES_PER_SIGN_IN);
});
