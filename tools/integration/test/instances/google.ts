import recording from "../../../../packages/google/test/recording.json" with { type: "json" };
import { serveProvider } from "./provider.ts";

const { APP, PICTURES } = process.env;
const { iss } = recording.idToken.claims;

await serveProvider(recording, `${APP}/login/google/callback`, (user) => ({
	id_token: {
		iss,
		sub: user,
		name: `User ${user}`,
		picture: `${PICTURES}/picture?of=google-${user}`,
	},
}));
