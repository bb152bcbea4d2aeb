import type { Recording } from "@oauth/testing";
import { type ProviderId, recordings } from "./recordings.ts";

/** The settings of the app, which is registered with them at each provider. */
export type Settings = ReturnType<typeof createSettings>;

/** @param origin on which GitHub's endpoints have the path `/github/<encoded URL>`, and the others' likewise */
export function createSettings(origin: string, privateKey: string) {
	const common = (id: ProviderId) => ({
		clientId: `${id}-client`,
		redirectUri: `https://app.example/${id}/callback`,
		endpoints: endpointsOf(recordings[id], `${origin}/${id}`),
		timeout: 5000,
	});
	return {
		github: { ...common("github"), clientSecret: "s3cr3t-of-the-github-client-+/=:" },
		google: {
			...common("google"),
			clientId: `${recordings.google.idToken?.claims.azp}`,
			clientSecret: "s3cr3t-of-the-google-client-+/=:",
		},
		apple: { ...common("apple"), teamId: "A1B2C3D4E5", keyId: "F6G7H8I9J0", privateKey },
		oidc: {
			...common("oidc"),
			clientSecret: "s3cr3t-of-the-oidc-client-+/=:",
			endpoints: undefined,
			issuer: `${origin}/oidc`,
		},
	};
}

function endpointsOf({ authorization, token, revocation, idToken, user }: Recording, folder: string) {
	const [userUrl, emails] = Object.keys(user);
	const urls = {
		authorization: authorization.url,
		token: token.url,
		revocation: revocation?.url,
		jwks: idToken?.jwks,
		user: userUrl,
		emails,
	};
	return Object.fromEntries(
		Object.entries(urls).flatMap(([name, url]) =>
			url ? [[name, `${folder}/${encodeURIComponent(url)}`]] : [],
		),
	);
}
