import { digitalocean } from "@oauth/digitalocean";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const ACCOUNT_URL = recording.id.in as "https://api.digitalocean.com/v2/account";
const TOKEN_URL = recording.token.url;
const REVOCATION_URL = recording.revocation.url;
const { account } = recording.user[ACCOUNT_URL];

testProvider(digitalocean, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the user", () => {
		test("providerUser is the account in DigitalOcean's response, with the team of this sign-in", async () => {
			expect((await signIn()).providerUser).toEqual(account);
		});

		test("two users of one DigitalOcean team have different ids, and one user has the same id in two teams", async () => {
			const idOf = async (uuid: string, team: string) =>
				(await signIn({ account: { ...account, uuid, team: { uuid: team, name: "Team" } } })).providerUserId;
			const ids = [await idOf("ada-0001", "team-1"), await idOf("bob-0002", "team-1")];
			expect(ids).toEqual(["ada-0001", "bob-0002"]);
			expect(await idOf("ada-0001", "team-2")).toBe("ada-0001");
		});

		test("a DigitalOcean account without uuid is refused, although the team and the token response have one", async () => {
			const anonymous = signIn({ account: { ...account, uuid: undefined } });
			await failureOf(anonymous, "INVALID_PROFILE");
		});

		test("the address comes from DigitalOcean's account and not from the token response, which does not say whether it is verified", async () => {
			const { profile } = await signIn({ account: { ...account, email: undefined } });
			expect(profile).toEqual({ id: account.uuid, name: "Ada Example" });
			const { email, emailVerified } = (
				await signIn({ account: { ...account, email: "new@example.com", email_verified: false } })
			).profile;
			expect([email, emailVerified]).toEqual(["new@example.com", false]);
		});

		test.each(["warning", "locked"])(
			"a DigitalOcean account whose status is %s signs in, and providerUser says so",
			async (status) => {
				const { providerUser } = await signIn({ account: { ...account, status } });
				expect(providerUser.status).toBe(status);
			},
		);

		test("a sign-in whose token lacks account:read fails with DigitalOcean's message", async () => {
			fake.substitutes.set(ACCOUNT_URL, {
				status: 403,
				answer: { id: "forbidden", message: "You are not authorized to perform this operation" },
			});
			const error = await failureOf(signIn(), "FAILED_REQUEST", "You are not authorized");
			expect(error).toMatchObject({ step: "user", status: 403, providerError: "forbidden" });
		});
	});

	describe("the tokens", () => {
		test("a token response with bearer in place of token_type, as DigitalOcean may send it to an app with a secret, signs in", async () => {
			const { token_type: bearer, ...answer } = recording.token.answer;
			fake.substitutes.set(TOKEN_URL, { answer: { ...answer, bearer, scope: "account:read" } });
			expect((await signIn()).tokens).toMatchObject({ tokenType: "Bearer", scope: ["account:read"] });
		});

		test("refreshTokens sends DigitalOcean the refresh token and the client's secret at the token endpoint", async () => {
			const { expiresAt } = await create().refreshTokens(fake.refreshToken);
			expect(expiresAt).toBeInstanceOf(Date);
			const [request] = fake.requests;
			expect(request?.url).toBe(TOKEN_URL);
			expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
				client_id: "client-id-of-the-app",
				client_secret: "s3cr3t of-the-app-+/=:",
				grant_type: "refresh_token",
				refresh_token: fake.refreshToken,
			});
		});

		test.each([400, 401])(
			"refreshTokens fails with INVALID_GRANT if DigitalOcean responds invalid_grant with status %i",
			async (status) => {
				const { answer } = recording.refresh.invalidGrant;
				fake.substitutes.set(TOKEN_URL, { status, answer });
				const dead = await failureOf(create().refreshTokens(fake.refreshToken), "INVALID_GRANT");
				expect(dead).toMatchObject({ status, providerErrorDescription: "refresh token is expired" });
			},
		);

		test("revokeToken sends DigitalOcean the token as bearer and in the body, and nothing about the client", async () => {
			await create().revokeToken("token-to-revoke");
			const [request] = fake.requests;
			expect(request).toMatchObject({ method: "POST", url: REVOCATION_URL, body: "token=token-to-revoke" });
			expect(request?.headers.authorization).toBe("Bearer token-to-revoke");
		});

		test("revokeToken fails if DigitalOcean refuses the token", async () => {
			fake.substitutes.set(REVOCATION_URL, {
				status: 401,
				answer: { id: "unauthorized", message: "Unable to authenticate you" },
			});
			const error = await failureOf(create().revokeToken("token-to-revoke"), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "revocation", status: 401 });
		});
	});

	test("handleCallback throws ACCESS_DENIED if the user declines at DigitalOcean", async () => {
		const denied = signIn(
			{},
			{
				callback(params) {
					params.delete("code");
					params.set("error", "access_denied");
					params.set("error_description", "The resource owner or authorization server denied the request.");
				},
			},
		);
		await failureOf(denied, "ACCESS_DENIED");
	});
});
