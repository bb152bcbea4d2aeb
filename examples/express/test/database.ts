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
export function readUsers(url: string) {
	return read<UserRow>(
		url,
		`SELECT id, name, email, email_verified AS "emailVerified", picture, ARRAY(
			SELECT provider_id || ':' || provider_user_id FROM accounts WHERE user_id = users.id ORDER BY 1
		) AS accounts
		FROM users
		ORDER BY id`,
	);
}

/** Reads the tokens as the app has stored them. */
export function readGrants(url: string) {
	return read(url, "SELECT * FROM oauth_grants");
}

async function read<Row extends object>(url: string, query: string): Promise<Row[]> {
	const client = new pg.Client(url);
	await client.connect();
	try {
		const { rows } = await client.query<Row>(query);
		return rows;
	} finally {
		await client.end();
	}
}
