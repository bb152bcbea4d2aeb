/** Who can sign in at the emulated providers. Each has an account at all of them. */
export interface Person {
	login: string;
	name: string;
	email: string;
	/** `false` where the provider hasn't checked the e-mail address. GitHub's and Apple's are checked always. */
	emailVerified?: boolean;
	/** Apple tells another e-mail address, from which it forwards. */
	hidesEmail?: boolean;
}

export const people: Person[] = [
	{ login: "ada", name: "Ada Lovelace", email: "ada@example.com" },
	{ login: "grace", name: "Grace Hopper", email: "grace@example.com", hidesEmail: true },
	{ login: "nia", name: "Nia Newcomer", email: "nia@example.net", emailVerified: false },
];
