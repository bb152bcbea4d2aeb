export type { ClientOptions } from "./client.js";
export type { GrantKey, GrantStore, GrantTokens, RefreshOutcome, StoredGrant } from "./store.js";
export type { TokenProvider } from "./token-provider.js";
export {
	type ConnectedAccount,
	type Disconnected,
	type GetOptions,
	type KeyRotation,
	type SavedSession,
	type TokenVault,
	tokenVault,
	type VaultOptions,
} from "./vault.js";
