import { tokenVault } from "@oauth/tokens";
import { memoryStore } from "@oauth/tokens/memory";
import { expect, test } from "vitest";
import { tokensOf } from "../issued-tokens.js";
import type { Contract } from "./contract.js";

export function testTokens({ recording, fake, create, signIn, failureOf }: Contract): void {
	const { token, refresh, revocation } = recording;
	const refreshUrl = refresh?.url ?? token.url;
	const refreshesOf = (refreshToken: string) =>
		fake.requests.filter(
			({ url, body }) => url === refreshUrl && body.includes(encodeURIComponent(refreshToken)),
		);
	const open = () =>
		tokenVault({ store: memoryStore(), keys: [btoa("k".repeat(32))], providers: [create()] });

	test("a vault keeps the tokens of a session, and disconnects the account", async () => {
		const vault = open();
		const session = await signIn();
		await vault.save("user", session);
		const { providerId, providerUserId, tokens, requestedScope } = session;
		expect(await vault.list("user")).toEqual([
			expect.objectContaining({ providerId, providerUserId, scope: tokens.scope ?? requestedScope }),
		]);
		expect(await vault.get("user", providerId)).toMatchObject({
			accessToken: tokens.accessToken,
			raw: tokens.raw,
		});
		const { isRevoked, error } = await vault.disconnect("user", providerId);
		expect([isRevoked, error?.code]).toEqual(revocation ? [true, undefined] : [false, "NOT_SUPPORTED"]);
		expect(await vault.list("user")).toEqual([]);
	});

	if (refresh)
		test("a vault refreshes tokens once for all callers, and asks about a grant that is dead once", async () => {
			const vault = open();
			const session = await signIn();
			const save = (refreshToken: string) =>
				vault.save("user", {
					...session,
					tokens: { ...session.tokens, refreshToken, expiresAt: new Date() },
				});
			const get = () => vault.get("user", session.providerId);

			const refreshToken = session.tokens.refreshToken ?? fake.refreshToken;
			await save(refreshToken);
			const all = await Promise.all([get(), get(), get()]);
			for (const { accessToken } of all)
				expect(accessToken).toBe(tokensOf(recording, refresh.answer).access_token);
			expect(refreshesOf(refreshToken)).toHaveLength(1);

			await save("a-token-never-issued");
			for (const _ of [1, 2]) await failureOf(get(), "INVALID_GRANT");
			expect(refreshesOf("a-token-never-issued")).toHaveLength(1);
		});
}
