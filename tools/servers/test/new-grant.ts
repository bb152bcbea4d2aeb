import { randomUUID } from "node:crypto";
import type { GrantKey, GrantTokens } from "@oauth/tokens";

export interface NewGrant {
	key: GrantKey;
	tokens: GrantTokens;
}

/** Makes a grant of a new user, which no store has yet. */
export function newGrant(): NewGrant {
	return {
		key: { userId: randomUUID(), providerId: "github" },
		tokens: { sealed: `sealed ${randomUUID()}`, revision: randomUUID(), expiresIn: 3_600_000 },
	};
}
