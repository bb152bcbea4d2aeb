import { type KakaoConfig, kakao } from "@oauth/kakao";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

testProvider(kakao, recording, ({ create, signIn, failureOf }) => {
	describe("the consent items", () => {
		test.each<[string, Partial<KakaoConfig>, { scope?: string[] }, string | null]>([
			["those of the console", {}, {}, null],
			["the app's", { scope: ["profile_nickname", "gender"] }, {}, "profile_nickname gender"],
			["those of one sign-in", {}, { scope: ["account_email"] }, "account_email"],
			[
				"the e-mail address and the app's",
				{ email: true, scope: ["profile_nickname"] },
				{},
				"account_email profile_nickname",
			],
		])("are %s", (_, config, params, scope) => {
			const url = new URL(create(config).getAuthorizationUrl(params));
			expect(url.searchParams.get("scope")).toBe(scope);
		});
	});

	describe("an e-mail address", () => {
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
			"that is valid %j and verified %j counts as %j",
			async (is_email_valid, is_email_verified, verified) => {
				const { profile } = await signIn({ kakao_account: { is_email_valid, is_email_verified } });
				expect(profile.email).toBe("ada@example.com");
				expect(profile.emailVerified).toBe(verified);
			},
		);

		test.each([false, "false"])(
			"that has gone to another account is masked, and absent (%j)",
			async (is_email_valid) => {
				const { profile, providerUser } = await signIn({
					kakao_account: { email: "ad***@example.com", is_email_valid },
				});
				expect(profile).not.toHaveProperty("email");
				expect(profile).not.toHaveProperty("emailVerified");
				expect(providerUser.kakao_account?.email).toBe("ad***@example.com");
			},
		);

		test("that the user doesn't give is absent", async () => {
			const { profile } = await signIn({
				kakao_account: { email: undefined, email_needs_agreement: true },
			});
			expect(profile).not.toHaveProperty("email");
		});
	});

	test.each([[undefined], [null], ["none"], [1], [true], [[]]])(
		"a user who agreed to nothing has an id (kakao_account: %j)",
		async (kakao_account) => {
			expect((await signIn({ kakao_account })).profile).toEqual({ id: "4400000001" });
		},
	);

	test("iss may be missing, and otherwise has to be Kakao's", async () => {
		const back = (iss: string) => signIn({}, { callback: (params) => params.set("iss", iss) });
		expect((await back("https://kauth.kakao.com")).providerUserId).toBe("4400000001");
		await failureOf(back("https://evil.example"), "ISSUER_MISMATCH");
	});
});
