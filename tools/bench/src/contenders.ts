import manifest from "../package.json" with { type: "json" };
import type { Provider } from "./sign-in.ts";

export interface Contender {
	name: string;
	/** The folder of its routes, under `contenders`. */
	folder: string;
	/** The packages that an app installs for it. */
	packages: Record<Provider, string[]>;
	/** The checks and the work of its callback, without which the numbers can't be compared. */
	notes: Record<Provider, string>;
}

export const OURS = "@oauth";

/** The baseline of all comparisons, with the same requests and checks as ours. */
export const BASELINE = "hand-written";

const HAND_WRITTEN = { github: [], google: ["jose@6.2.17"] };

export const CONTENDERS: Contender[] = [
	{
		name: BASELINE,
		folder: "hand-written",
		packages: HAND_WRITTEN,
		notes: {
			github: "Checks state, PKCE, iss and the sign-in's age.",
			google:
				"Checks state, PKCE, iss, the sign-in's age, nonce, and the ID token with its signature (jose).",
		},
	},
	{
		name: "with limits",
		folder: "hand-written-limits",
		packages: HAND_WRITTEN,
		notes: {
			github:
				"The same, with our limits for each request: 10 s, 1 MiB, no redirect. This is the least that they cost.",
			google:
				"The same, with our limits for each request: 10 s, 1 MiB, no redirect. This is the least that they cost.",
		},
	},
	{
		name: OURS,
		folder: "oauth",
		packages: {
			github: ["@oauth/core", "@oauth/github"],
			google: ["@oauth/core", "@oauth/oidc", "@oauth/google"],
		},
		notes: {
			github:
				"Checks what hand-written code checks, and that the sign-in was begun for this client, issuer and URL.",
			google:
				"Checks what hand-written code checks, and that the sign-in was begun for this client, issuer and URL.",
		},
	},
	peer("arctic", ["arctic"], {
		github: "Has no PKCE and doesn't check iss. The app compares the state and asks for the user.",
		google:
			"Has no nonce, and checks neither iss nor the ID token, which it decodes only. The app compares the state.",
	}),
	peer("openid-client", ["openid-client"], {
		github: "Checks what ours checks. The app asks for the user.",
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
			"Has no PKCE, no nonce and no ID token: it asks for the user. Doesn't check iss. The app compares the state.",
	}),
];

/** Returns another library, at the version that the benchmarks are written for. */
function peer(
	folder: string,
	names: (keyof typeof manifest.devDependencies)[],
	notes: Contender["notes"],
): Contender {
	const packages = names.map((name) => `${name}@${manifest.devDependencies[name]}`);
	return { name: packages[0] ?? folder, folder, packages: { github: packages, google: packages }, notes };
}
