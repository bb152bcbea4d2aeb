import Database from "better-sqlite3";

/** The setting by which another process uses the same database. */
export const setting = "DATABASE_FILE";

interface UserRow {
	id: string;
	name: string;
	email: string | null;
	email_verified: number | null;
	picture: string | null;
}

/** Reads what the app has stored. */
export function readUsers(file: string) {
	const database = new Database(file, { readonly: true });
	try {
		const keys = database.prepare<[string], string>("SELECT id FROM auth_key WHERE user_id = ?").pluck();
		return database
			.prepare<[], UserRow>("SELECT * FROM auth_user")
			.all()
			.map(({ email_verified, ...user }) => ({
				...user,
				emailVerified: email_verified === null ? null : email_verified === 1,
				accounts: keys.all(user.id).sort(),
			}));
	} finally {
		database.close();
	}
}

/** Reads the tokens as the app has stored them. */
export function readGrants(file: string) {
	const database = new Database(file, { readonly: true });
	try {
		return database.prepare("SELECT * FROM oauth_grants").all();
	} finally {
		database.close();
	}
}
