import { redirect } from "@sveltejs/kit";
import { findProvider } from "#lib/server/providers.ts";
import { showProblem } from "#lib/server/show-problem.ts";
import { vault } from "#lib/server/vault.ts";

export const POST = async ({ params, locals: { user } }) => {
	const provider = findProvider(params.provider);
	if (!provider) showProblem("NOT_FOUND");
	if (!user) showProblem("NOT_SIGNED_IN");

	const { isRevoked, error } = await vault.disconnect(user.userId, provider.id);
	if (error) console.error(error);
	const query = new URLSearchParams({ disconnected: provider.id, revoked: isRevoked ? "yes" : "no" });
	redirect(303, `/connections?${query}`);
};
