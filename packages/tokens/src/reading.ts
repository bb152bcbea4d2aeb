import type { Tokens } from "@oauth/core";
import type { Sealed } from "./seal.js";
import type { StoredGrant } from "./store.js";
import { minLeft, refreshAhead } from "./timing.js";

/** A grant as it was read, and what its access token is worth at the moment. */
export interface Reading {
	grant: StoredGrant;
	content: Sealed;
	/** Whether the API has refused the access token. */
	isRejected: boolean;
	/** Tells whether the access token may be used. */
	isValid(): boolean;
	/** Tells whether it is valid for as long as `get` promises. */
	isEnough(): boolean;
	/** Tells whether it need not be refreshed yet. */
	isFresh(): boolean;
	/** Tells whether it was issued so short a time ago that another one would be refused too. */
	isNew(): boolean;
	/** Returns the tokens with their expiry by this process's clock. */
	tokens(): Tokens;
}

/** @param lease of a refresh, in milliseconds */
export function readingOf(
	grant: StoredGrant,
	content: Sealed,
	lease: number | undefined,
	rejectedAccessToken: string | undefined,
): Reading {
	const readAt = performance.now();
	const { tokens, lifetime = Number.POSITIVE_INFINITY, issuedAt } = content;
	// A store whose clock was set back would make a token live for longer than it was issued for.
	const ofStore = Math.min(grant.expiresIn ?? Number.POSITIVE_INFINITY, lifetime);
	// Waiting takes its time too.
	const left = () => ofStore - (performance.now() - readAt);
	const isRejected = tokens.accessToken === rejectedAccessToken;
	return {
		grant,
		content,
		isRejected,
		isValid: () => !isRejected && left() > 0,
		isEnough: () => !isRejected && left() > minLeft(lifetime),
		isFresh: () => !isRejected && left() > refreshAhead(lifetime, grant.revision, lease),
		isNew() {
			// By the store's clock where that knows it, because processes have clocks of their own.
			const age = Number.isFinite(ofStore) ? lifetime - left() : Date.now() - issuedAt;
			return age >= 0 && age < minLeft(lifetime);
		},
		tokens: () =>
			Number.isFinite(ofStore) ? { ...tokens, expiresAt: new Date(Date.now() + left()) } : tokens,
	};
}
