export { createCache } from "./cache.js";
export { defineProvider, type ProviderFunction } from "./define-provider.js";
export type {
	Client,
	ClientAuth,
	Discovered,
	Endpoints,
	FlowChecks,
	ProviderDefinition,
	ProviderTools,
	RequestOptions,
	SignedIn,
	TokenParams,
	UserContext,
	UserRequest,
} from "./definition.js";
export { type FailureDetails, failure } from "./failure.js";
export { retryAfter, send } from "./http.js";
export * from "./index.js";
export { within } from "./limits.js";
export { type ProfileFields, toBoolean } from "./profile.js";
export { headerProblem, normalizeUrl, urlProblem } from "./settings.js";
export { type SharedCall, share } from "./share.js";
export { refreshTokens } from "./tokens.js";
