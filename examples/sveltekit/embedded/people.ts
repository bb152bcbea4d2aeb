/** Who can sign in at the emulated providers. Ada has an account at both. */
export const githubPeople = [
	{ login: "ada", name: "Ada Lovelace", email: "ada@example.com" },
	{ login: "grace", name: "Grace Hopper", email: "grace@example.com" },
	{ login: "linus", name: "Linus Example", email: "linus@example.org" },
];

export const googlePeople = [
	{ email: "ada@example.com", name: "Ada Lovelace", login: "ada" },
	{ email: "grace@example.com", name: "Grace Hopper", login: "grace" },
	{ email: "new@example.net", name: "Nia Newcomer", email_verified: false, login: "nia" },
];
