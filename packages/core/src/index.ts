export type { Cookie, CookieAttributes } from "./cookie.js";
export { ERRORS, OAuthError, type OAuthErrorCode, type OAuthErrorDetails, type Step } from "./error.js";
export type { Lucia, Lucia1, Lucia2 } from "./lucia.js";
export type {
	Account,
	AccountIdentity,
	AuthorizationParams,
	CallbackChecks,
	CallbackOptions,
	EmailConfig,
	FlowResult,
	Intent,
	OAuthProvider,
	Profile,
	ProviderConfig,
	ProviderIdentity,
	ProviderSession,
	RefreshOptions,
	RequestedAccess,
	RequestLike,
	SessionOf,
	SignIn,
	SignInOptions,
	TokenPolicy,
	Tokens,
	UserSession,
	UserStore,
} from "./provider.js";
export { generateCodeChallenge, generateRandomValue } from "./random.js";
export type { Auth } from "./user-store.js";
