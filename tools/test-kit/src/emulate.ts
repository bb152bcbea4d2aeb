import type { OAuthProvider } from "@oauth/core";
import { createEmulator, type ServiceName } from "emulate";
import { onTestFinished } from "vitest";
import { Browser } from "./browser.ts";
import { loginRequest, requestTo } from "./sign-in.ts";

/** Emulates a provider for one test. Returns the URL on which it listens. */
export async function emulate(service: ServiceName, seed: object): Promise<string> {
	const emulator = await createEmulator({ service, port: 0, seed: { [service]: seed } });
	onTestFinished(() => emulator.close());
	return emulator.url;
}

/** Returns an app's registration, as an emulator's seed has it. */
export function registrationOf(client: { clientId: string; clientSecret: string; redirectUri: string }) {
	return {
		client_id: client.clientId,
		client_secret: client.clientSecret,
		name: "Test",
		redirect_uris: [client.redirectUri],
	};
}

/** Starts a sign-in, and chooses an account on the emulator's page. Returns the callback request. */
export async function chooseAccount(
	provider: Pick<OAuthProvider<unknown>, "startSignIn">,
	origin: string,
	account: string,
): Promise<Request> {
	const signIn = await provider.startSignIn(loginRequest());
	const browser = new Browser(origin);
	const { url } = await browser.submit(await browser.open(signIn.url), account);
	return requestTo(url, signIn);
}
