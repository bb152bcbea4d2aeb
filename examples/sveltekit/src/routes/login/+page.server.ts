import { redirect } from "@sveltejs/kit";
import { providers } from "#lib/server/providers.ts";

export const load = ({ locals }) => {
	if (locals.user) redirect(303, "/");
	return { providers: providers.map(({ id, name }) => ({ id, name })) };
};
