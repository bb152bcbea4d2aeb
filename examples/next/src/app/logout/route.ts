import { auth } from "#lib/auth.ts";
import { seeOther } from "#lib/see-other.ts";
import { getSession } from "#lib/session.ts";

export async function POST() {
	const signedIn = await getSession();
	if (signedIn) await auth.invalidateSession(signedIn.session.sessionId);
	return seeOther("/login", new Headers({ "set-cookie": auth.createSessionCookie(null).serialize() }));
}
