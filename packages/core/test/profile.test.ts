import { normalizeUrl, type ProfileFields, toBoolean } from "@oauth/core/provider";
import { type AcmeUser, ADA, CLIENT, defineAcme, TOKEN_RESPONSE } from "@oauth/test-kit/acme";
import { failureOf } from "@oauth/test-kit/errors";
import { type Loopback, serve } from "@oauth/test-kit/loopback";
import { beforeEach, describe, expect, test } from "vitest";

let server: Loopback;
beforeEach(async () => {
	server = await serve({ "/token": TOKEN_RESPONSE, "/user": ADA });
});

function signIn(toProfile?: (user: AcmeUser) => ProfileFields, idServer?: string) {
	const provider = defineAcme(server.url, { ...(toProfile && { toProfile }), ...(idServer && { idServer }) });
	return provider(CLIENT).validateCallback("code-of-ada");
}

async function profileOf(fields: ProfileFields) {
	return (await signIn(() => fields)).profile;
}

describe("the id", () => {
	test.each([
		["text", "ada-36", "ada-36"],
		["text with spaces around it", " 36 ", " 36 "],
		["a number", 36, "36"],
		["a negative number", -36, "-36"],
		["the largest exact number", 2 ** 53 - 1, "9007199254740991"],
		["letters of any script", "アダ-36-👩‍💻", "アダ-36-👩‍💻"],
	])("an id that is %s names the account", async (_, id, expected) => {
		const session = await signIn(() => ({ id }));
		expect(session.providerUserId).toBe(expected);
		expect(session.profile).toEqual({ id: expected });
	});

	test.each([
		["missing", undefined],
		["empty", ""],
		["blank", "  "],
		["null", null],
		["0", 0],
		["an object", { value: 1 }],
		["a list", ["36"]],
		["a number that has been rounded", 2 ** 53],
		["a fraction", 1.5],
		["NaN", Number.NaN],
		["a boolean", true],
		["text with a lone surrogate", "a\ud800"],
		["text with a control character", "36\u0000x"],
	])("an id that is %s fails with INVALID_PROFILE", async (_, id) => {
		server.on("/user", { ...ADA, id });
		const error = await failureOf(signIn(), "INVALID_PROFILE");
		expect(error).toMatchObject({ step: "user", provider: "acme" });
		await failureOf(
			signIn(() => ({ id }) as never),
			"INVALID_PROFILE",
		);
	});

	test("an id carries the server at which it is unique", async () => {
		expect((await signIn(undefined, "social.example")).providerUserId).toBe("36@social.example");
		server.on("/user", { id: "" });
		await failureOf(signIn(undefined, "social.example"), "INVALID_PROFILE");
	});

	test("an error in toProfile becomes an INVALID_PROFILE that repeats its message", async () => {
		const error = await failureOf(
			signIn((user) => ({ id: (user as never as { a: { b: string } }).a.b })),
			"INVALID_PROFILE",
		);
		expect(error.message).toMatch(/^acme: INVALID_PROFILE \(user\): Cannot read .*undefined.* Developer: /);
		expect(error.cause).toMatchObject({ message: expect.stringContaining("undefined") });
	});
});

describe("the optional fields of a profile", () => {
	const absent = [
		undefined,
		null,
		"",
		" ",
		"\t\n",
		0,
		7,
		true,
		false,
		[],
		["x"],
		{},
		{ toString: () => "x" },
	];

	test.each([
		[{ givenName: "Ada", familyName: "Lovelace" }, "Ada Lovelace"],
		[{ givenName: "Ada", familyName: null }, "Ada"],
		[{ givenName: " ", familyName: "Lovelace", name: "" }, "Lovelace"],
		[{ givenName: "Ada", familyName: "Lovelace", name: "Countess" }, "Countess"],
		[{ givenName: 7, familyName: [] }, undefined],
	])("the profile's name of %j is %s", async (fields, name) => {
		expect((await profileOf({ id: 1, ...fields })).name).toBe(name);
	});

	test.each(["username", "name", "givenName", "familyName", "email", "picture", "locale", "url"])(
		"the profile's %s is absent when it is null, blank or of another type, and the user signs in",
		async (field) => {
			// Without another name, the name is made of the parts.
			const others = field === "name" ? {} : { name: "Ada" };
			for (const value of absent)
				expect(await profileOf({ id: 1, ...others, [field]: value })).toEqual({ id: "1", ...others });
			const there = { ...others, [field]: "x y" };
			expect(await profileOf({ id: 1, ...there })).toEqual({ id: "1", ...there });
		},
	);

	test.each([
		[true, true],
		["true", true],
		[false, false],
		["false", false],
		["True", undefined],
		["yes", undefined],
		["", undefined],
		["1", undefined],
		[1, undefined],
		[0, undefined],
		[null, undefined],
		[undefined, undefined],
		[["true"], undefined],
		[{}, undefined],
	])("an emailVerified of %j from the provider means %j", async (said, meant) => {
		const profile = await profileOf({ id: 1, email: "ada@example.com", emailVerified: said });
		expect(profile.emailVerified).toBe(meant);
		expect("emailVerified" in profile).toBe(meant !== undefined);
		expect(toBoolean(said)).toBe(meant);
	});

	test.each(absent)("an e-mail address of %j is absent, and so is emailVerified", async (email) => {
		expect(await profileOf({ id: 1, email, emailVerified: true })).toEqual({ id: "1" });
	});
});

describe("normalizeUrl", () => {
	test.each([
		["https://Acme.example:443/git/?a#b", "https://acme.example/git"],
		["https://acme.example", "https://acme.example"],
		["https://user:password@acme.example/", "https://acme.example"],
		["http://localhost:3000//", "http://localhost:3000"],
		["acme.example", "https://-"],
		["", "https://-"],
		[undefined, "https://-"],
	])("the URL %j becomes %s", (url, normalized) => {
		expect(normalizeUrl(url)).toBe(normalized);
	});

	test("a URL of a hundred thousand slashes is normalized at once", () => {
		const url = `https://acme.example/${"/".repeat(1e5)}x`;
		expect(normalizeUrl(url)).toBe(url);
	});
});
