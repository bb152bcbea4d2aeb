import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

interface UserRow {
	id: string;
	name: string;
	email: string | null;
	email_verified: number | null;
	picture: string | null;
}

/** Reads what the app has stored. D1 keeps each database in an SQLite file. */
export function readUsers(folder: string) {
	const [file = ""] = globSync("*/*.sqlite", { cwd: folder, exclude: ["*/metadata.sqlite"] });
	const database = new DatabaseSync(join(folder, file), { readOnly: true });
	try {
		const accounts = database.prepare(
			"SELECT provider_id || ':' || provider_user_id AS account FROM accounts WHERE user_id = ? ORDER BY account",
		);
		return (database.prepare("SELECT * FROM users").all() as unknown as UserRow[]).map(
			({ email_verified, ...user }) => ({
				...user,
				emailVerified: email_verified === null ? null : email_verified === 1,
				accounts: accounts.all(user.id).map(({ account }) => String(account)),
			}),
		);
	} finally {
		database.close();
	}
}
