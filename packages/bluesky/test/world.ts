import bluesky, { type BlueskyConfig, type BlueskyProvider } from "@oauth/bluesky";
import type { SignIn } from "@oauth/core";
import { cookiePair, loginRequest } from "@oauth/test-kit/sign-in";
import { Internet, type SiteResponse } from "./internet.ts";
import { OwnServer } from "./own-server.ts";
import { configOn } from "./setup.ts";

export const ADA = "did:plc:ada4ada4ada4ada4ada4ada4";
export const MALLORY = "did:plc:mal4mal4mal4mal4mal4mal4";
export const EVE = "did:plc:eve4eve4eve4eve4eve4eve4";

/** A small internet on which Mallory runs a server, for Eve too. Ada's account is at a good one. */
export class World {
	readonly internet = new Internet();
	readonly config = configOn(this.internet);
	readonly server = new OwnServer(this.internet, "own.test");
	readonly good = new OwnServer(this.internet, "good.test");
	/** The public API's response for every account. */
	profile: SiteResponse | (() => SiteResponse | Promise<SiteResponse>) = {
		body: { handle: "mallory.own.test" },
	};
	/** The responses of the directory of accounts. */
	readonly accounts: Record<string, unknown> = {
		[ADA]: documentOf(ADA, "ada.good.test", this.good.origin),
		[MALLORY]: documentOf(MALLORY, "mallory.own.test", this.server.origin),
		[EVE]: documentOf(EVE, "eve.own.test", this.server.origin),
	};

	async start(): Promise<void> {
		this.server.sub = MALLORY;
		await this.server.start();
		await this.good.start();
		await this.internet.site("appview.test", () =>
			typeof this.profile === "function" ? this.profile() : this.profile,
		);
		await this.internet.site("plc.test", ({ url }) => {
			const body = this.accounts[decodeURIComponent(url.pathname.slice(1))];
			return body === undefined ? { status: 404 } : { body };
		});
	}

	/** Begins a sign-in. */
	async begin(
		settings: Partial<BlueskyConfig> = {},
		loginHint = MALLORY,
	): Promise<SignIn & { provider: BlueskyProvider }> {
		const provider = bluesky({ ...this.config, ...settings });
		return { provider, ...(await provider.startSignIn(loginRequest(), { loginHint })) };
	}

	/** Signs in, from the start to the callback. */
	async signIn(settings?: Partial<BlueskyConfig>, loginHint?: string) {
		const { provider, ...signIn } = await this.begin(settings, loginHint);
		return provider.handleCallback(comeBack(signIn, this.server.callback()));
	}
}

/** Returns the callback in the browser that began the sign-in. */
export function comeBack(signIn: Pick<SignIn, "cookies">, callback: URL): Request {
	return new Request(callback, { headers: { cookie: cookiePair(signIn) } });
}

function documentOf(id: string, handle: string, serviceEndpoint: string) {
	return {
		"@context": ["https://www.w3.org/ns/did/v1"],
		id,
		alsoKnownAs: [`at://${handle}`],
		verificationMethod: [],
		service: [{ id: "#atproto_pds", type: "AtprotoPersonalDataServer", serviceEndpoint }],
	};
}
