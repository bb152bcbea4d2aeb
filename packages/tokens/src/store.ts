/** The key of a grant: one user's account at one provider. */
export interface GrantKey {
	userId: string;
	providerId: string;
}

/** The part of a grant that its tokens come with. All times are milliseconds from now, so that no two clocks meet. */
export interface GrantTokens {
	/** The encrypted tokens. */
	sealed: string;
	/** A random text for each pair of tokens. It never comes again. */
	revision: string;
	/** The scopes that the user granted, where they are known. */
	scope?: string[] | undefined;
	/** How long the access token is still valid, in milliseconds. `undefined` where it does not expire. */
	expiresIn?: number | undefined;
}

/** A grant as a store returns it. */
export interface StoredGrant extends GrantKey, GrantTokens {
	/** The user's id at the provider. */
	providerUserId: string;
	/** How many leases there have been for this revision. */
	fence: number;
	/** Whether the provider has said that the refresh token is no longer valid. */
	dead: boolean;
	/** Why the last refresh failed. */
	problem?: string | undefined;
	/** How long the lease of a refresh still runs, in milliseconds. Zero or less, or `undefined`, where there is none. */
	leaseEndsIn?: number | undefined;
	/** How long no refresh is to be tried, in milliseconds. */
	retryIn?: number | undefined;
}

/** How a refresh without new tokens ended. */
export interface RefreshOutcome {
	dead: boolean;
	problem: string;
	/** How long no refresh is to be tried, in milliseconds. */
	retryIn: number;
}

/**
 * Keeps grants, each as one row, where all instances of the app see them. Each method is one atomic step of the database: a
 * condition and a write that nothing gets between. All times are measured by the store's clock alone. `testStore` in
 * `@oauth/testing/vitest` tests a store of your own.
 */
export interface GrantStore {
	/** Returns a grant. It must see every write that was confirmed before: a lagging replica does not do. */
	get(key: GrantKey): Promise<StoredGrant | undefined>;

	/** Returns all grants of a user, by their provider's id. */
	list(userId: string): Promise<StoredGrant[]>;

	/** Returns all grants of all users. One that is written meanwhile may be missing or come twice. */
	all(): AsyncIterable<StoredGrant>;

	/** Writes a grant, whatever was there: it is alive, with a fence of 0, and has no lease, problem or pause. */
	save(key: GrantKey, providerUserId: string, tokens: GrantTokens): Promise<void>;

	/**
	 * Takes the lease of a refresh, and counts the fence up. Only of the grant with this revision, and only if it is alive, no
	 * lease runs and no pause (`retryIn`). One that ends later than {@link MAX_PAUSE_MS} from now counts as over: the clock
	 * was set back.
	 *
	 * @param lease in milliseconds
	 * @returns the fence; `undefined` where the condition does not hold
	 */
	acquire(key: GrantKey, revision: string, lease: number): Promise<number | undefined>;

	/**
	 * Replaces the tokens of the grant with this revision, whoever has the lease. The grant is then alive, and has no lease,
	 * problem or pause. The fence is 0 where the revision is a new one, and else stays.
	 *
	 * @returns whether a grant had this revision. Where none had, nothing is written.
	 */
	commit(key: GrantKey, revision: string, tokens: GrantTokens): Promise<boolean>;

	/**
	 * Ends the lease of the grant with this revision and fence, and keeps the outcome.
	 *
	 * @returns whether a grant had this revision and fence. Where none had, nothing is written.
	 */
	release(key: GrantKey, revision: string, fence: number, outcome: RefreshOutcome): Promise<boolean>;

	/**
	 * Replaces the encrypted text alone, where it is still `sealed`. A refresh under way is not disturbed.
	 *
	 * @returns whether it was still `sealed`
	 */
	reseal(key: GrantKey, sealed: string, resealed: string): Promise<boolean>;

	/** Deletes a grant and returns it. */
	delete(key: GrantKey): Promise<StoredGrant | undefined>;
}

/** A day in milliseconds: the longest lease, and the longest pause after a failed refresh. */
export const MAX_PAUSE_MS = 86_400_000;
