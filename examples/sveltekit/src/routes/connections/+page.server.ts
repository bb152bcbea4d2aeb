import { redirect } from "@sveltejs/kit";
import { getConnections } from "#lib/server/connections.ts";
import { getRepositories } from "#lib/server/repositories.ts";

export const load = async ({ locals: { user }, url: { searchParams } }) => {
	if (!user) redirect(303, "/login");
	const { repositories, problem } = await getRepositories(user.userId);
	const connections = await getConnections(user.userId, problem);
	const disconnected = searchParams.get("disconnected");
	const ended = connections.find(({ id, isConnected }) => id === disconnected && !isConnected);
	return {
		connections,
		repositories,
		problem,
		ended: ended && { name: ended.name, isRevoked: searchParams.get("revoked") === "yes" },
	};
};
