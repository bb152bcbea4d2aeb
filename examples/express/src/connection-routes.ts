import express, { type Router } from "express";
import { getConnections } from "./connections.ts";
import { connectionsPage } from "./pages/connections-page.ts";
import { providers } from "./providers.ts";
import { getRepositories } from "./repositories.ts";
import { onlyPost, showProblem } from "./show-problem.ts";
import { startLink } from "./start-link.ts";
import { vault } from "./vault.ts";

const redirectTo = "/connections";

/** The routes at `/connections` and below. */
export const connectionRoutes: Router = express.Router();

connectionRoutes.get("/", async (request, response) => {
	const { session } = response.locals;
	if (!session) return response.redirect(303, "/login");
	const repositories = await getRepositories(session.user.id);
	const connections = await getConnections(session.user.id, repositories.problem);
	const { disconnected, revoked } = request.query;
	const ended = connections.find(({ id, isConnected }) => id === disconnected && !isConnected);
	const notice = ended && { name: ended.name, isRevoked: revoked === "yes" };
	response.send(connectionsPage(connections, repositories, notice));
});

for (const provider of providers) {
	connectionRoutes
		.route(`/${provider.id}/connect`)
		.post((request, response) => startLink(provider, request, response, { redirectTo }))
		.all(onlyPost);

	connectionRoutes
		.route(`/${provider.id}/disconnect`)
		.post(async (_request, response) => {
			const { session } = response.locals;
			if (!session) return showProblem(response, "NOT_SIGNED_IN");
			const { isRevoked, error } = await vault.disconnect(session.user.id, provider.id);
			if (error) console.error(error);
			const query = new URLSearchParams({ disconnected: provider.id, revoked: isRevoked ? "yes" : "no" });
			response.redirect(303, `${redirectTo}?${query}`);
		})
		.all(onlyPost);

	if (provider.id === "github")
		connectionRoutes
			.route("/github/private-repositories")
			.post((request, response) => startLink(provider, request, response, { more: ["repo"], redirectTo }))
			.all(onlyPost);
}
