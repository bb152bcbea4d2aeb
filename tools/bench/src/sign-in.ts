/** An app's two routes for one provider. Every contender writes the same two with its own library. */
export interface SignIn {
	/** `GET /auth/signin/<provider>`: where to send the user, and the cookies that the app needs later. */
	begin(request: Request): Promise<Begun>;
	/** `GET /auth/callback/<provider>`: the user who has signed in. */
	callback(request: Request): Promise<User>;
}

export interface Begun {
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

/** The app, as each provider has it registered. */
export const ORIGIN = "https://app.example.com";
export const CLIENT = { clientId: "client-id-of-the-app", clientSecret: "s3cr3t-of-the-app" };

export function redirectUriOf(provider: Provider): string {
	return `${ORIGIN}/auth/callback/${provider}`;
}

/** What a browser sends when the user follows a link. */
export const BROWSER_HEADERS = {
	accept: "text/html,application/xhtml+xml",
	"accept-language": "en",
	"sec-fetch-dest": "document",
	"sec-fetch-mode": "navigate",
	"user-agent": "Mozilla/5.0",
};
