import pg from "pg";

/** The setting by which another process uses the same database. */
export const setting = "DATABASE_URL";

interface UserRow {
	id: string;
	name: string;
	email: string | null;
	emailVerified: boolean | null;
	picture: string | null;
	accounts: string[];
}

/** Reads what the app has stored. */
export async function readUsers(url: string) {
	const client = new pg.Client(url);
	await client.connect();
	try {
		const { rows } = await client.query<UserRow>(`
			SELECT id, name, email, email_verified AS "emailVerified", picture, ARRAY(
				SELECT provider_id || ':' || provider_user_id FROM accounts WHERE user_id = users.id ORDER BY 1
			) AS accounts
			FROM users
			ORDER BY id
		`);
		return rows;
	} finally {
		await client.end();
	}
}
