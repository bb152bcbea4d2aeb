import { env } from "cloudflare:workers";

/** Returns a statement with its values, which are never part of its text. */
export function statement(text: string, ...values: unknown[]): D1PreparedStatement {
	return env.DB.prepare(text).bind(...values);
}

/** Executes all of the statements, or none. */
export async function transaction(...statements: D1PreparedStatement[]): Promise<void> {
	await env.DB.batch(statements);
}
