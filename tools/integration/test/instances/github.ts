import recording from "../../../../packages/github/test/recording.json" with { type: "json" };
import { serveProvider } from "./provider.ts";

const { APP, PICTURES } = process.env;

await serveProvider(recording, `${APP}/login/github/callback`, (user) => ({
	"https://api.github.com/user": {
		id: Number(user),
		login: `user-${user}`,
		name: `User ${user}`,
		avatar_url: `${PICTURES}/picture?of=github-${user}`,
		html_url: `https://github.com/user-${user}`,
	},
	"https://api.github.com/user/emails": [
		{ email: `${user}@example.com`, primary: true, verified: true, visibility: null },
	],
}));
