import bluesky, { type BlueskyConfig, type BlueskyProvider } from "@oauth/bluesky";
import type { SignIn } from "@oauth/core";
import { cookiePair } from "../../repo/src/sign-in.ts";
import { type Answer, Internet } from "./internet.ts";
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
	/** What the public API answers about everybody. */
	profile: Answer = { body: { handle: "mallory.own.test" } };
	/** What the directory of accounts answers. */
	readonly accounts: Record<string, unknown> = {
		[ADA]: documentOf(ADA, "ada.good.test", this.good.origin),
		[MALLORY]: documentOf(MALLORY, "mallory.own.test", this.server.origin),
		[EVE]: documentOf(EVE, "eve.own.test", this.server.origin),
	};

	async start(): Promise<void> {
		this.server.sub = MALLORY;
		await this.server.start();
		await this.good.start();
		await this.internet.site("appview.test", () => this.profile);
		await this.internet.site("plc.test", ({ url }) => {
			const body = this.accounts[decodeURIComponent(url.pathname.slice(1))];
			return body === undefined ? { status: 404 } : { body };
		});
	}

	/** A sign-in that has begun. */
	async begin(
		settings: Partial<BlueskyConfig> = {},
		loginHint = MALLORY,
	): Promise<SignIn & { provider: BlueskyProvider }> {
		const provider = bluesky({ ...this.config, ...settings });
		return { provider, ...(await provider.startSignIn({ loginHint })) };
	}

	/** The whole of it. */
	async signIn(settings?: Partial<BlueskyConfig>, loginHint?: string) {
		const { provider, cookie } = await this.begin(settings, loginHint);
		return provider.handleCallback(
			new Request(this.server.callback(), { headers: { cookie: cookiePair(cookie) } }),
		);
	}
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

/** The flow in a cookie. */
export function flowIn({ cookie }: Pick<SignIn, "cookie">): Record<string, unknown> {
	return JSON.parse(decodeURIComponent(cookiePair(cookie).split("=")[1] ?? ""));
}

/** The callback with another flow in the cookie of a sign-in. */
export function withFlow({ cookie }: Pick<SignIn, "cookie">, callback: URL, flow: object): Request {
	const [name] = cookiePair(cookie).split("=");
	return new Request(callback, {
		headers: { cookie: `${name}=${encodeURIComponent(JSON.stringify(flow))}` },
	});
}
