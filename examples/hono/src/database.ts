import { env } from "cloudflare:workers";

/** A statement with its values, which never are part of its text. */
export function statement(text: string, ...values: unknown[]): D1PreparedStatement {
	return env.DB.prepare(text).bind(...values);
}

/** All of them or none. */
export async function transaction(...statements: D1PreparedStatement[]): Promise<void> {
	await env.DB.batch(statements);
}
