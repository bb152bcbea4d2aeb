/// <reference types="lucia" />
import { lucia } from "lucia";

// The adapter is never asked: a sign-in ends at the user here, as it does for the others.
export const createAuth = () => lucia({ adapter: () => ({}) as never, env: "PROD" });

declare global {
	namespace Lucia {
		type Auth = ReturnType<typeof createAuth>;
		type DatabaseUserAttributes = Record<never, never>;
		type DatabaseSessionAttributes = Record<never, never>;
	}
}
