import { expect, test } from "vitest";
import { tokensOf } from "../issued-tokens.js";
import { paramsOf } from "../request-params.js";
import type { Contract } from "./contract.js";

export function testAfterSignIn({ recording, fake, create, failureOf }: Contract): void {
	const { token, refresh, revocation } = recording;
	const refreshUrl = refresh?.url ?? token.url;
	const refreshed = () => create().refreshTokens(fake.refreshToken);
	const sent = (url: string) => fake.requests.filter((request) => request.url === url);

	test("apiUrl is the documented base of the provider's API, and the setting endpoints replaces it", () => {
		expect(create().apiUrl).toBe(recording.api);
		if (recording.api)
			expect(create({ endpoints: { api: "https://elsewhere.example" } }).apiUrl).toBe(
				"https://elsewhere.example",
			);
	});

	test("tokenPolicy says nothing that the documented tokens contradict", () => {
		const { rotation, leeway, endsAccessToken, revocableToken } = create().tokenPolicy ?? {};
		const issued = tokensOf(recording, token.answer).refresh_token;
		const renewed = refresh && tokensOf(recording, refresh.answer).refresh_token;
		if (!refresh) expect({ rotation, leeway, endsAccessToken }).toEqual({});
		if (rotation === "never") expect([undefined, issued]).toContain(renewed);
		if (rotation === "always") expect(renewed).toEqual(expect.any(String));
		if (leeway) expect(rotation).not.toBe("never");
		expect(leeway ?? 1).toBeGreaterThan(0);
		if (revocableToken) expect(revocation).toBeDefined();
	});

	if (!refresh)
		test("refreshTokens fails with NOT_SUPPORTED and sends no request", async () => {
			await failureOf(refreshed(), "NOT_SUPPORTED");
			expect(fake.requests).toEqual([]);
		});
	else {
		test("refreshTokens returns the documented tokens, and sends one request for concurrent calls", async () => {
			const [one, ...others] = await Promise.all([refreshed(), refreshed(), refreshed()]);
			const { access_token, refresh_token } = tokensOf(recording, refresh.answer);
			expect(one).toMatchObject({
				accessToken: access_token,
				refreshToken: refresh_token ?? fake.refreshToken,
			});
			for (const other of others) expect(other).toEqual(one);
			expect(sent(refreshUrl)).toHaveLength(1);
			expect(paramsOf(sent(refreshUrl)[0])).toMatchObject({
				grant_type: "refresh_token",
				refresh_token: fake.refreshToken,
			});
		});

		test("refreshTokens fails with INVALID_GRANT for an invalid refresh token, and with FAILED_REQUEST in an outage", async () => {
			await failureOf(create().refreshTokens("a-token-never-issued"), "INVALID_GRANT", /Ask the user/);
			const outages = [
				{ status: 502, text: "<h1>Bad gateway</h1>" },
				{ status: 429, headers: { "retry-after": "57" }, answer: {} },
				// An outage can use the words of a dead grant.
				{ status: 503, answer: refresh.invalidGrant?.answer ?? { error: "invalid_grant" } },
			];
			for (const outage of outages) {
				fake.substitutes.set(refreshUrl, outage);
				const { status } = outage;
				const error = await failureOf(refreshed(), "FAILED_REQUEST", new RegExp(`status ${status}\\b`));
				expect(error).toMatchObject({ step: "refresh", status });
				expect(error.retryAfter).toBe(status === 429 ? 57 : undefined);
			}
		});
	}

	if (!revocation)
		test("revokeToken fails with NOT_SUPPORTED and sends no request", async () => {
			await failureOf(create().revokeToken("a-token-to-revoke"), "NOT_SUPPORTED");
			expect(fake.requests).toEqual([]);
		});
	else
		test("revokeToken sends the documented request: RFC 7009's, or that of the definition's revocationRequest", async () => {
			await create().revokeToken("a-token-to-revoke");
			expect(sent(revocation.url)).toMatchObject([{ method: revocation.method }]);
			const { headers, body } = sent(revocation.url)[0] ?? {};
			expect(revocation.clientAuth === "bearer" ? headers?.authorization : body).toContain(
				"a-token-to-revoke",
			);
		});
}
