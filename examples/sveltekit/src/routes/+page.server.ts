import { redirect } from "@sveltejs/kit";
import { auth } from "#lib/server/auth.ts";
import { providers } from "#lib/server/providers.ts";

export const load = async ({ locals: { user } }) => {
	if (!user) redirect(303, "/login");
	const keys = await auth.getAllUserKeys(user.userId);
	return {
		user,
		providers: providers.map(({ id, name }) => ({
			id,
			name,
			accounts: keys.filter((key) => key.providerId === id).map((key) => key.providerUserId),
		})),
	};
};
