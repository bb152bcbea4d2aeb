/** A test user, with an account at each of the emulated providers. */
export interface Person {
	login: string;
	name: string;
	email: string;
	/** `false` where the provider hasn't verified the e-mail address. GitHub and Apple always have. */
	emailVerified?: boolean;
	/** Whether Apple gives the app a relay address in place of the user's own. */
	hidesEmail?: boolean;
	/** Whether the user has no repositories at GitHub yet. */
	isNew?: boolean;
}

export const people: Person[] = [
	{ login: "ada", name: "Ada Lovelace", email: "ada@example.com" },
	{ login: "grace", name: "Grace Hopper", email: "grace@example.com", hidesEmail: true },
	{ login: "nia", name: "Nia Newcomer", email: "nia@example.net", emailVerified: false, isNew: true },
];
