import { expect, test } from "vitest";
import { CLIENT } from "../fake-provider.js";
import { signInRequest } from "./context.js";
import type { Contract } from "./contract.js";
import { hasEmailScope } from "./recording-problems.js";

export function testAuthorization({ recording, create, failureOf }: Contract): void {
	const { authorization, token, idToken } = recording;

	test("the authorization request has the documented URL and parameters, and no secret", async () => {
		const { url, state, cookies } = await create().startSignIn(signInRequest());
		expect(url.split("?")[0]).toBe(authorization.url);
		expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
			response_type: "code",
			[token.clientIdParam ?? "client_id"]: CLIENT.clientId,
			redirect_uri: CLIENT.redirectUri,
			...(authorization.scope && { scope: authorization.scope }),
			...authorization.params,
			state,
			...(authorization.pkce && { code_challenge: expect.any(String), code_challenge_method: "S256" }),
			...((idToken || authorization.nonce) && { nonce: expect.any(String) }),
		});
		expect(decodeURIComponent(url)).not.toContain(CLIENT.clientSecret);
		expect(cookies).toHaveLength(1);
		// Only a cross-site POST needs a cookie that crosses sites.
		expect(cookies[0]?.attributes).toMatchObject(
			authorization.formPost ? { sameSite: "none", secure: true } : { sameSite: "lax" },
		);
	});

	const { email } = authorization;
	if (email)
		test("the setting email decides whether the e-mail scope is sent, and its default is the recorded one", async () => {
			const asks = async (config: object) => {
				const { url } = await create(config).startSignIn(signInRequest());
				return hasEmailScope(new URL(url).searchParams.get("scope"), email.scope);
			};
			expect(await asks({ email: true })).toBe(true);
			expect(await asks({ email: false })).toBe(false);
			expect(await asks({})).toBe(email.byDefault);
		});

	test("startSignIn refuses a prefetch", async () => {
		const starting = create().startSignIn(signInRequest({ "sec-purpose": "prefetch" }));
		await failureOf(starting, "NOT_A_NAVIGATION");
	});
}
