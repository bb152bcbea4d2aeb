import type { Session } from "./sessions.ts";

/** The variables in a request's context. */
export interface App {
	Variables: {
		/** The session of the user who is signed in. */
		session: Session | null;
	};
}
