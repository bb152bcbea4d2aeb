import { redirect } from "@sveltejs/kit";
import { auth } from "#lib/server/auth.ts";

export const POST = async ({ locals }) => {
	const session = await locals.auth.validate();
	if (session) await auth.invalidateSession(session.sessionId);
	locals.auth.setSession(null);
	redirect(303, "/login");
};
