import { linear } from "@oauth/linear";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const API_URL = "https://api.linear.app/graphql";
const [VIEWER] = Object.values(recording.user).map(({ data }) => data.viewer);

testProvider(linear, recording, ({ fake, create, signIn, failureOf }) => {
	const signInAs = (viewer: Record<string, unknown>) => signIn({ data: { viewer } });

	describe("the user", () => {
		test("providerUser is the viewer of Linear's response, with the workspace", async () => {
			const { providerUser } = await signIn();
			expect(providerUser).toEqual(VIEWER);
			expect(providerUser.organization.id).toBe("9c8b7a6d-5e4f-4321-8b0a-1f2e3d4c5b6a");
		});

		test("a Linear user without a picture has none in the profile", async () => {
			expect((await signInAs({ avatarUrl: null })).profile).not.toHaveProperty("picture");
		});

		test("a Linear user who takes another nickname and another address remains the same user", async () => {
			const { providerUserId } = await signInAs({ displayName: "lovelace", email: "new@example.com" });
			expect(providerUserId).toBe(recording.profile.id);
		});

		test("an e-mail address from Linear has no emailVerified", async () => {
			const { profile } = await signIn();
			expect(profile.email).toBe("ada@example.com");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test.each([
			[
				"the app's own user",
				{ app: true },
				"the account is the app's own",
				"it must not send the parameter actor=app",
			],
			["a suspended user", { active: false }, "the account is suspended", "The user has to ask the provider"],
		])("%s of a Linear workspace is refused, and the message says so", async (_, viewer, reason, advice) => {
			const error = await failureOf(signInAs(viewer), "FAILED_REQUEST", reason);
			expect(error).toMatchObject({ provider: "linear", step: "user" });
			expect(error.message).toContain(advice);
		});

		test("a guest of a Linear workspace signs in, and providerUser says so", async () => {
			expect((await signInAs({ guest: true })).providerUser.guest).toBe(true);
		});
	});

	describe("the errors of GraphQL", () => {
		const errors = [{ message: "Entity not found", path: ["viewer"] }];

		test.each([null, { viewer: null }, undefined])(
			"errors of Linear with status 200 and the data %j are FAILED_REQUEST with their message",
			async (data) => {
				fake.substitutes.set(API_URL, { answer: { errors, data } });
				expect(await failureOf(signIn(), "FAILED_REQUEST", "Entity not found")).toMatchObject({
					step: "user",
					status: 200,
					providerErrorDescription: "Entity not found",
				});
			},
		);

		test.each([null, {}, { data: { viewer: null } }, { data: null, errors: [] }])(
			"the response %j of Linear, with neither errors nor a user, is refused",
			async (answer) => {
				fake.substitutes.set(API_URL, { answer });
				await failureOf(
					signIn(),
					"FAILED_REQUEST",
					answer ? "the response has no data.viewer" : "status 200",
				);
			},
		);

		test("errors beside a user of Linear do not refuse the user", async () => {
			expect((await signIn({ errors, data: { viewer: { avatarUrl: null } } })).providerUserId).toBe(
				recording.profile.id,
			);
		});
	});

	describe("the scopes", () => {
		test("getAuthorizationUrl sends Linear the scopes with a comma between them, and no actor", () => {
			const { searchParams } = new URL(create({ scope: ["issues:create"] }).getAuthorizationUrl());
			expect(searchParams.get("scope")).toBe("read,issues:create");
			expect(searchParams.has("actor")).toBe(false);
		});

		test.each(["read write", ["read", "write"]])(
			"the granted scopes %j in Linear's token response become a list",
			async (scope) => {
				fake.substitutes.set(recording.token.url, { answer: { ...recording.token.answer, scope } });
				expect((await signIn()).tokens.scope).toEqual(["read", "write"]);
			},
		);
	});

	describe("the tokens", () => {
		test("refreshTokens returns Linear's new refresh token", async () => {
			const { refreshToken } = await create().refreshTokens(fake.refreshToken);
			expect(refreshToken).toBe(recording.refresh.answer.refresh_token);
		});

		test("revokeToken sends the token to Linear in the body only", async () => {
			await create().revokeToken("token-to-revoke");
			const [request] = fake.requests;
			expect(new URLSearchParams(request?.body).get("token")).toBe("token-to-revoke");
			expect(request?.headers).not.toHaveProperty("authorization");
		});

		test("revokeToken fails for a token that Linear has already revoked", async () => {
			fake.substitutes.set(recording.revocation.url, { status: 400, text: "" });
			const error = await failureOf(create().revokeToken("token-of-the-user"), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "revocation", status: 400 });
		});
	});
});
