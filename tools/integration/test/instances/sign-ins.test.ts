import type { ServerResponse } from "node:http";
import type { ReceivedRequest } from "@oauth/test-kit/loopback";
import { expect, test } from "vitest";
import { expectOneUserEach, expectQuiet, expectSignedIn } from "./expectations.ts";
import { forEach } from "./for-each.ts";
import { signIn } from "./sign-in.ts";
import { startTwoInstances, type TwoInstances } from "./two-instances.ts";

const USERS = Array.from({ length: 100 }, (_, index) => index + 1);
/** Each user's first sign-in is in two tabs at the same moment. Three more follow. */
const SIGN_INS = [...USERS.flatMap((user) => [user, user]), ...USERS, ...USERS, ...USERS];
const AT_ONCE = 50;

/**
 * The memory in bytes that a sign-in may leave behind. It leaves about 300, for Node's own list of recent requests and for
 * connections. A sign-in that leaked its `Request` would leave 2000.
 */
const BYTES_PER_SIGN_IN = 1_000;

const providerOf = (user: number) => (user % 2 ? "github" : "google");

/** Sends a user's picture after the second request for it: then both tabs have found no account, and race to create it. */
function pictureForTwo() {
	const waiting = new Map<string | null, ServerResponse[]>();
	return ({ query }: ReceivedRequest, response: ServerResponse) => {
		const responses = [...(waiting.get(query.get("of")) ?? []), response];
		waiting.set(query.get("of"), responses);
		if (responses.length > 1)
			for (const each of responses) each.writeHead(200, { connection: "close" }).end();
	};
}

/** Returns the bytes in use in both instances, after idle connections are closed. */
async function measureMemory({ instances, github, google }: TwoInstances): Promise<number> {
	for (const { url } of [github, google]) await fetch(`${url}/close-idle-connections`);
	const sizes = await Promise.all(instances.map(async ({ url }) => (await fetch(`${url}/memory`)).json()));
	return sizes.reduce((sum, size) => sum + size);
}

test("two instances handle 500 sign-ins, 50 at a time, with one user for each account and without a memory leak", {
	timeout: 180_000,
}, async () => {
	const servers = await startTwoInstances({ picture: pictureForTwo(), githubTimeout: 60_000 });
	const { app, instances, db } = servers;
	const signInAll = (users: number[]) =>
		forEach(users, AT_ONCE, async (user) => {
			const outcome = await signIn(app, providerOf(user), user);
			// Checked at once: after a failure, the other tab would wait for the picture for ever.
			expectSignedIn([outcome]);
			return outcome;
		});

	const outcomes = await signInAll(SIGN_INS.slice(0, 100));
	const memory = await measureMemory(servers);
	outcomes.push(...(await signInAll(SIGN_INS.slice(100))));
	const growth = (await measureMemory(servers)) - memory;

	// Every sign-in with an account ends in the same user.
	const accountOf = (user: number) => `${providerOf(user)}:${user}`;
	const userIds = expectOneUserEach(db, USERS.map(accountOf));
	expect(outcomes.map(({ page }) => JSON.parse(page).userId)).toEqual(
		SIGN_INS.map((user) => userIds.get(accountOf(user))),
	);
	expectQuiet(instances);

	// About half of the sign-ins change the instance, and about half of the races are between two instances. That is
	// chance, so the bounds are lower.
	const moved = outcomes.filter(({ instances: [login, callback] }) => login !== callback);
	expect(moved.length).toBeGreaterThan(SIGN_INS.length / 4);
	const callbackOf = (index: number) => outcomes[index]?.instances[1];
	const apart = USERS.filter((_, index) => callbackOf(2 * index) !== callbackOf(2 * index + 1));
	expect(apart.length).toBeGreaterThan(USERS.length / 10);

	console.log(`${moved.length} moved, ${apart.length} raced apart, ${growth} bytes of growth`);
	expect(growth / (SIGN_INS.length - 100)).toBeLessThan(BYTES_PER_SIGN_IN);
});
