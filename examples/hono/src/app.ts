import type { User } from "./users.ts";

/** What a request's context carries. */
export interface App {
	Variables: {
		/** Who is signed in. */
		user: User | null;
	};
}
