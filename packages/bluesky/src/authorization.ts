import type { NodeSavedSession, NodeSavedState } from "@atproto/oauth-client-node";
import { type Client, type FlowChecks, failure, type Tokens } from "@oauth/core/provider";
import { openAtprotoClient, type Settings } from "./atproto-client.js";
import { toFailure } from "./failure.js";
import { seal, unseal } from "./seal.js";
import { toTokens } from "./session.js";

/** Finds the user's server, and pushes the authorization request to it. */
export async function pushAuthorizationRequest(
	client: Client,
	settings: Settings,
	{ login_hint, ...request }: Record<string, string>,
): Promise<{ url: string } & FlowChecks> {
	const { atproto, kept } = await openAtprotoClient(client, settings);
	// Users write an `@` before a handle, and copy invisible characters with it.
	const handle = login_hint?.replace(/[\p{Cf}\s]/gu, "").replace(/^@/, "");
	const hint = handle || `${client.endpoints.entryway}`;
	try {
		// The account that is named here has to be the one that comes back.
		const { did } = /^https?:\/\//.test(hint) ? {} : await atproto.identityResolver.resolve(hint);
		const url = await atproto.authorize(hint, { ...request, state: did });
		const { stateParam, state } = kept as { stateParam: string; state: NodeSavedState };
		// Anything but an origin could be too long for a cookie.
		if (state.iss !== new URL(state.iss).origin)
			throw failure(client, "FAILED_REQUEST", { step: "discovery", reason: "the issuer is not an origin" });
		return {
			url: url.href,
			state: stateParam,
			// The state also holds the key that the tokens will be bound to.
			codeVerifier: await seal(settings.keys[0], purposeOf(stateParam), state),
			issuer: state.iss,
		};
	} catch (error) {
		throw toFailure(client, kept.state ? "authorization" : "discovery", error, kept.secrets);
	}
}

/** Returns a purpose that is valid in one flow only. */
function purposeOf(state: string): string {
	return `flow ${state}`;
}

/** Redeems the code, and compares the issuer with the one that the account itself leads to. */
export async function redeemCode(
	client: Client,
	settings: Settings,
	code: string,
	{ state: stateParam = "", codeVerifier = "", issuer = "" }: Partial<FlowChecks>,
): Promise<Tokens> {
	const mismatch = (reason: string) => failure(client, "FLOW_MISMATCH", { step: "token", reason });
	const state = await unseal<NodeSavedState>(settings.keys, purposeOf(stateParam), codeVerifier).catch(() => {
		throw mismatch(`its cookie was changed, or sealed with a key that is not in "privateKeys"`);
	});
	const { atproto, kept } = await openAtprotoClient(client, settings, { state });
	try {
		const params = new URLSearchParams({ code, iss: issuer, state: "kept" });
		const { session, state: expectedDid } = await atproto.callback(params, {
			redirect_uri: client.redirectUri as `https://${string}`,
		});
		if (expectedDid && expectedDid !== session.did) {
			await session.signOut();
			throw mismatch("another account than the one that was named signed in");
		}
	} catch (error) {
		throw toFailure(client, "token", error, kept.secrets);
	}
	return toTokens(settings, kept.session as NodeSavedSession);
}
