import type { Session } from "./sessions.ts";

/** What a request's context carries. */
export interface App {
	Variables: {
		/** The session of the user who is signed in. */
		session: Session | null;
	};
}
