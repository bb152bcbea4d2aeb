import { serveProvider } from "./provider.ts";

const { PICTURES } = process.env;

await serveProvider({
	answerToken: () => ({ token_type: "bearer", scope: "read:user,user:email" }),
	resources: {
		"/user": (person: string) => ({
			id: Number(person),
			login: `person-${person}`,
			name: `Person ${person}`,
			avatar_url: `${PICTURES}/picture?of=github-${person}`,
			html_url: `https://github.com/person-${person}`,
		}),
		"/user/emails": (person: string) => [
			{ email: `${person}@example.com`, primary: true, verified: true, visibility: null },
		],
	},
});
