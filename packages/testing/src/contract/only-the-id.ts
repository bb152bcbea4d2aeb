import { inspect } from "node:util";
import { OAuthError, type Profile } from "@oauth/core";
import { expect, test } from "vitest";
import type { UserAnswers } from "../fake-provider.js";
import { partAt, replacePart } from "../parts.js";
import type { Part, Recording } from "../recording.js";
import { answersOf, signInRequest } from "./context.js";
import type { Contract } from "./contract.js";
import { concerns, type Distortion, describeDistortion, distort, distorted, isOf } from "./distortions.js";

/** The codes with which a user or a response may be refused. */
const REFUSALS = /: (INVALID_PROFILE|INVALID_ID_TOKEN|FAILED_REQUEST|ISSUER_MISMATCH)\b/;

const AT_A_TIME = 16;

/** For hundreds of sign-ins on a slow machine. */
const PATIENCE = { timeout: 60_000 };

export function testOnlyTheId({ recording, fake, create, failureOf }: Contract): void {
	const { profile, verified, id } = recording;
	const answers = answersOf(recording, fake);
	const exceptions = [...(recording.decisive ?? []), ...repeatedIds(recording)];
	const all = [...distort(answers, recording)];
	const ofTheId = all.filter((one) => concerns(one, id));
	const others = all.filter((one) => !ofTheId.includes(one));
	const decisive = others.filter((one) => exceptions.some((part) => concerns(one, part)));
	const optional = others.filter((one) => !decisive.includes(one));

	test(
		"the sign-in succeeds if anything but the user's id is missing, null or of another type",
		PATIENCE,
		async () => {
			await expectNoProblem(optional, async (distortion) => {
				const session = await signInWith(distorted(answers, distortion));
				if (session.providerUserId !== profile.id) return `the user's id becomes ${session.providerUserId}`;
				const isVouchedFor =
					verified && concerns(distortion, verified)
						? isOf(distortion, verified) && distortion.value === true
						: profile.emailVerified;
				return profileProblem(session.profile, isVouchedFor);
			});
		},
	);

	if (decisive.length)
		test(
			"the sign-in succeeds or fails with an OAuthError if a decisive part is missing, null or of another type",
			PATIENCE,
			async () => {
				await expectNoProblem(decisive, async (distortion) => {
					await refusalOf(signInWith(distorted(answers, distortion)));
					return undefined;
				});
			},
		);

	test("the sign-in fails with an OAuthError if the response has no valid user id", PATIENCE, async () => {
		await expectNoProblem(ofTheId, async (distortion) => {
			const session = await refusalOf(signInWith(distorted(answers, distortion)));
			// A number in place of text, or text in place of a number, may be an id too.
			const isAnId = isOf(distortion, id) && /^(7|text)$/.test(`${distortion.value}`);
			return session && !isAnId ? `the user's id becomes ${session.providerUserId}` : undefined;
		});
	});

	if (verified)
		test("emailVerified is true or false if the provider sends that boolean or its text, and absent otherwise", async () => {
			const path = verified.path.split(".");
			const verifiedBy = async (value: unknown) => {
				const changed = replacePart(answers[verified.in], path, value);
				return (await signInWith({ ...answers, [verified.in]: changed })).profile.emailVerified;
			};
			expect(`${profile.emailVerified}`).toBe(`${partAt(answers[verified.in], path)}`);
			for (const value of [true, "true"]) expect(await verifiedBy(value), inspect(value)).toBe(true);
			for (const value of [false, "false"]) expect(await verifiedBy(value), inspect(value)).toBe(false);
			for (const value of ["yes", "TRUE", "1", "", 1, 0])
				expect(await verifiedBy(value), inspect(value)).toBeUndefined();
		});

	if (profile.email)
		test("a blank e-mail address is left out of the profile", async () => {
			const session = await signInWith(blankOut(answers, `${profile.email}`));
			expect(session.providerUserId).toBe(profile.id);
			expect(session.profile).not.toHaveProperty("email");
			expect(session.profile).not.toHaveProperty("emailVerified");
		});

	async function signInWith(user: UserAnswers) {
		const subject = create();
		const flow = await subject.startSignIn(signInRequest());
		return subject.handleCallback(fake.answer(flow, undefined, user));
	}

	/** Returns the session of a sign-in, or `undefined` if it is refused with a correct error. */
	async function refusalOf<Session>(signIn: Promise<Session>): Promise<Session | undefined> {
		try {
			return await signIn;
		} catch (error) {
			if (!OAuthError.is(error)) throw error;
			await failureOf(Promise.reject(error), error.code, REFUSALS);
			return undefined;
		}
	}
}

/** Returns the `sub` of each userinfo response, which must not be used if it differs from the ID token's. */
function repeatedIds({ idToken, user }: Recording): Part[] {
	const urls = Object.keys(user).filter((url) => Object.hasOwn(Object(user[url]), "sub"));
	return idToken ? urls.map((url) => ({ in: url, path: "sub" })) : [];
}

async function expectNoProblem(
	distortions: Distortion[],
	findProblem: (distortion: Distortion) => Promise<string | undefined>,
): Promise<void> {
	const problems: string[] = [];
	for (let start = 0; start < distortions.length; start += AT_A_TIME) {
		const some = distortions.slice(start, start + AT_A_TIME);
		const found = await Promise.all(some.map((one) => findProblem(one).catch(messageOf)));
		for (const [index, distortion] of some.entries())
			if (found[index]) problems.push(`${describeDistortion(distortion)}: ${found[index]}`);
	}
	if (problems.length)
		expect.fail(`${problems.length} changed responses are not handled correctly:\n${problems.join("\n")}`);
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : inspect(error);
}

function profileProblem({ emailVerified, ...texts }: Profile, isVouchedFor = false): string | undefined {
	for (const [field, text] of Object.entries(texts))
		if (typeof text !== "string" || !text.trim()) return `the profile's ${field} is ${inspect(text)}`;
	if (![true, false, undefined].includes(emailVerified))
		return `the profile's emailVerified is ${inspect(emailVerified)}`;
	return emailVerified && !isVouchedFor ? "the e-mail address becomes verified" : undefined;
}

/** Replaces a text by a blank, wherever it is. */
function blankOut(answers: UserAnswers, text: string): UserAnswers {
	return JSON.parse(JSON.stringify(answers), (_, part) => (part === text ? " " : part));
}
