export type { ApiClient, RequestContext, RequestOptions, ResponseBody, ResponseType } from "./api-client.js";
export type { ClientOptions } from "./client.js";
export type { GrantKey, GrantStore, GrantTokens, RefreshOutcome, StoredGrant } from "./store.js";
export type { TokenProvider } from "./token-provider.js";
export { tokenVault } from "./token-vault.js";
export type {
	ConnectedAccount,
	Disconnected,
	GetOptions,
	KeyRotation,
	SavedSession,
	TokenVault,
	VaultOptions,
} from "./vault.js";
