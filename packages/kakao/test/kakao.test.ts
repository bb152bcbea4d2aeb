import { type KakaoConfig, kakao } from "@oauth/kakao";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

testProvider(kakao, recording, ({ create, signIn, failureOf }) => {
	describe("the consent items", () => {
		test.each<[string, Partial<KakaoConfig>, { scope?: string[] }, string | null]>([
			["no consent items by default", {}, {}, null],
			[
				"the consent items of the config",
				{ scope: ["profile_nickname", "gender"] },
				{},
				"profile_nickname gender",
			],
			["the consent items of one sign-in", {}, { scope: ["account_email"] }, "account_email"],
			[
				"the e-mail address and the consent items of the config",
				{ email: true, scope: ["profile_nickname"] },
				{},
				"account_email profile_nickname",
			],
		])("the authorization request to Kakao names %s", (_, config, params, scope) => {
			const url = new URL(create(config).getAuthorizationUrl(params));
			expect(url.searchParams.get("scope")).toBe(scope);
		});
	});

	describe("the e-mail address", () => {
		test.each([
			[true, true, true],
			[true, false, false],
			[true, undefined, undefined],
			[true, null, undefined],
			[true, "yes", undefined],
			[undefined, true, undefined],
			["yes", true, undefined],
			[undefined, undefined, undefined],
			["true", "true", true],
			["true", "false", false],
		])(
			"with is_email_valid %j and is_email_verified %j from Kakao, emailVerified is %j",
			async (is_email_valid, is_email_verified, verified) => {
				const { profile } = await signIn({ kakao_account: { is_email_valid, is_email_verified } });
				expect(profile.email).toBe("ada@example.com");
				expect(profile.emailVerified).toBe(verified);
			},
		);

		test.each([false, "false"])(
			"the profile has no masked e-mail address of Kakao's (is_email_valid: %j)",
			async (is_email_valid) => {
				const { profile, providerUser } = await signIn({
					kakao_account: { email: "ad***@example.com", is_email_valid },
				});
				expect(profile).not.toHaveProperty("email");
				expect(profile).not.toHaveProperty("emailVerified");
				expect(providerUser.kakao_account?.email).toBe("ad***@example.com");
			},
		);

		test("the profile has no e-mail address if the user hasn't agreed to give it to the Kakao app", async () => {
			const { profile } = await signIn({
				kakao_account: { email: undefined, email_needs_agreement: true },
			});
			expect(profile).not.toHaveProperty("email");
		});
	});

	test.each([[undefined], [null], ["none"], [1], [true], [[]]])(
		"a user who agreed to nothing at Kakao has a profile with an id (kakao_account: %j)",
		async (kakao_account) => {
			expect((await signIn({ kakao_account })).profile).toEqual({ id: "4400000001" });
		},
	);

	test("a callback from Kakao may name Kakao as iss, but no other issuer", async () => {
		const back = (iss: string) => signIn({}, { callback: (params) => params.set("iss", iss) });
		expect((await back("https://kauth.kakao.com")).providerUserId).toBe("4400000001");
		await failureOf(back("https://evil.example"), "ISSUER_MISMATCH");
	});
});
