export type { ClientAuth } from "./client-auth.js";
export { defineProvider, type ProviderFunction } from "./define-provider.js";
export type {
	Client,
	Discovered,
	Endpoints,
	FlowChecks,
	ProviderDefinition,
	ProviderTools,
	UserContext,
} from "./definition.js";
export { OAuthError, type OAuthErrorCode, type OAuthErrorDetails } from "./error.js";
export { type FailureDetails, failure } from "./failure.js";
export { type RequestOptions, send } from "./http.js";
export type { Lucia, Lucia1, Lucia2 } from "./lucia.js";
export type { ProfileFields } from "./profile.js";
export type {
	Account,
	AuthorizationParams,
	CallbackChecks,
	FlowResult,
	Intent,
	OAuthProvider,
	Profile,
	ProviderConfig,
	ProviderIdentity,
	ProviderSession,
	RequestedAccess,
	SessionOf,
	SignIn,
	SignInOptions,
	Step,
	Tokens,
} from "./provider.js";
export { generateCodeChallenge, generateRandomValue } from "./random.js";
export { share } from "./share.js";
export type { Auth, UserStore } from "./users.js";
