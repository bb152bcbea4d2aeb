/** An app's two routes for one provider, which every contender implements with its own library. */
export interface SignIn {
	/** `GET /auth/signin/<provider>`: returns the authorization URL and the cookies that the callback needs. */
	begin(request: Request): Promise<StartedSignIn>;
	/** `GET /auth/callback/<provider>`: returns the user who has signed in. */
	callback(request: Request): Promise<User>;
}

export interface StartedSignIn {
	url: string;
	/** `Set-Cookie` values. */
	cookies: string[];
}

export interface User {
	id: string;
	email: string;
}

export const PROVIDERS = ["github", "google"] as const;
export type Provider = (typeof PROVIDERS)[number];

/** The app as it is registered at each provider. */
export const ORIGIN = "https://app.example.com";
export const CLIENT = { clientId: "client-id-of-the-app", clientSecret: "s3cr3t-of-the-app" };

export function redirectUriOf(provider: Provider): string {
	return `${ORIGIN}/auth/callback/${provider}`;
}

/** The headers of a browser whose user follows a link. */
export const BROWSER_HEADERS = {
	accept: "text/html,application/xhtml+xml",
	"accept-language": "en",
	"sec-fetch-dest": "document",
	"sec-fetch-mode": "navigate",
	"user-agent": "Mozilla/5.0",
};
