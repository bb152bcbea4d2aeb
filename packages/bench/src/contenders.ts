import manifest from "../package.json" with { type: "json" };
import type { Provider } from "./sign-in.ts";

export interface Contender {
	name: string;
	/** The folder of its routes, under `contenders`. */
	folder: string;
	/** What an app installs for it. */
	packages: Record<Provider, string[]>;
	/** What its callback checks and does: to know before numbers are compared. */
	notes: Record<Provider, string>;
}

/** Ours is the first: the others are compared with it. */
export const CONTENDERS: Contender[] = [
	{
		name: "@oauth",
		folder: "oauth",
		packages: {
			github: ["@oauth/core", "@oauth/github"],
			google: ["@oauth/core", "@oauth/oidc", "@oauth/google"],
		},
		notes: {
			github: "Checks state, PKCE and iss.",
			google: "Checks state, PKCE, iss, nonce and the ID token with its signature.",
		},
	},
	{
		name: "hand-written",
		folder: "hand-written",
		packages: { github: [], google: [] },
		notes: {
			github: "Doesn't check iss.",
			google: "Doesn't check iss in the callback, and never fetches the keys again.",
		},
	},
	peer("arctic", ["arctic"], {
		github: "Has no PKCE and doesn't check iss. The app compares the state and asks for the person.",
		google:
			"Has no nonce, and checks neither iss nor the ID token, which it decodes only. The app compares the state.",
	}),
	peer("openid-client", ["openid-client"], {
		github: "Checks what ours checks. The app asks for the person.",
		google: "Checks what ours checks, the signature because the app asks for it.",
	}),
	peer("auth-core", ["@auth/core"], {
		github: "Checks what ours checks, the state because the app asks for it. Makes a session too.",
		google:
			"Doesn't check the signature; state and nonce because the app asks for them. Fetches the metadata for every URL and every callback. Makes a session too.",
	}),
	peer("better-auth", ["better-auth"], {
		github: "Doesn't check iss. Makes a user and a session too.",
		google:
			"Has no nonce, and checks neither iss nor the ID token, which it decodes only. Makes a user and a session too.",
	}),
	peer("lucia-oauth", ["@lucia-auth/oauth", "lucia"], {
		github:
			"Has no PKCE and doesn't check iss. The app compares the state and asks for the e-mail addresses.",
		google:
			"Has no PKCE, no nonce and no ID token: it asks for the person. Doesn't check iss. The app compares the state.",
	}),
];

/** A library at the version that the benchmarks are written for. */
function peer(
	folder: string,
	names: (keyof typeof manifest.devDependencies)[],
	notes: Contender["notes"],
): Contender {
	const packages = names.map((name) => `${name}@${manifest.devDependencies[name]}`);
	return { name: packages[0] ?? folder, folder, packages: { github: packages, google: packages }, notes };
}
