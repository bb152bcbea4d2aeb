import type { OAuthErrorCode } from "@oauth/core";
import { providers } from "./providers.ts";
import { vault } from "./vault.ts";

/** A provider, and the app's access to the user's account there. */
export interface Connection {
	id: string;
	name: string;
	isConnected: boolean;
	/** The scopes that the user has granted, where they are known. */
	scope?: string[] | undefined;
	/** Why the user has to connect again. */
	broken?: string | undefined;
}

/** Returns the connections of a user. @param problem the one that GitHub's API had just now */
export async function getConnections(userId: string, problem?: OAuthErrorCode): Promise<Connection[]> {
	const grants = await vault.list(userId);
	return providers.map(({ id, name }) => {
		const grant = grants.find(({ providerId }) => providerId === id);
		const code = grant?.isDead ? "INVALID_GRANT" : id === "github" ? problem : undefined;
		return { id, name, isConnected: Boolean(grant), scope: grant?.scope, broken: whyBroken(name, code) };
	});
}

function whyBroken(name: string, code?: OAuthErrorCode): string | undefined {
	if (code === "INVALID_GRANT") return `${name} no longer accepts the connection.`;
	if (code === "GRANT_UNREADABLE") return "This app can no longer read the connection.";
	return undefined;
}
