/** What the app is registered with at the provider on loopback. */
export type Settings = ReturnType<typeof createSettings>;

export type ProviderId = keyof Settings;

export function createSettings(origin: string, privateKey: string) {
	const endpointsOf = (id: string, names: Record<string, string>) =>
		Object.fromEntries(Object.entries(names).map(([name, path]) => [name, `${origin}/${id}/${path}`]));
	const common = { timeout: 5000 };
	const oauth = { authorization: "authorize", token: "token", revocation: "revoke" };
	return {
		github: {
			...common,
			clientId: "github-client",
			clientSecret: "s3cr3t-of-the-github-client-+/=:",
			redirectUri: "https://app.example/github/callback",
			endpoints: endpointsOf("github", { ...oauth, user: "user", emails: "emails" }),
		},
		google: {
			...common,
			clientId: "google-client",
			clientSecret: "s3cr3t-of-the-google-client-+/=:",
			redirectUri: "https://app.example/google/callback",
			endpoints: endpointsOf("google", { ...oauth, jwks: "keys" }),
		},
		apple: {
			...common,
			clientId: "com.example.web",
			teamId: "A1B2C3D4E5",
			keyId: "F6G7H8I9J0",
			privateKey,
			redirectUri: "https://app.example/apple/callback",
			endpoints: endpointsOf("apple", { ...oauth, jwks: "keys" }),
		},
		oidc: {
			...common,
			clientId: "oidc-client",
			clientSecret: "s3cr3t-of-the-oidc-client-+/=:",
			redirectUri: "https://app.example/oidc/callback",
			issuer: `${origin}/oidc`,
		},
	};
}
