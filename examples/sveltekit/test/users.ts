import Database from "better-sqlite3";

/** What the app has stored. */
export function readUsers(file: string) {
	const database = new Database(file, { readonly: true });
	try {
		return {
			users: database.prepare<[], Record<string, unknown> & { id: string }>("SELECT * FROM auth_user").all(),
			keys: database.prepare<[], { id: string; user_id: string }>("SELECT id, user_id FROM auth_key").all(),
		};
	} finally {
		database.close();
	}
}
