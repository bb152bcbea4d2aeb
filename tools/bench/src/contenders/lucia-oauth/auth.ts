/// <reference types="lucia" />
import { lucia } from "lucia";

// The adapter is never called: a sign-in ends with the provider's user here, as for the other contenders.
export const createAuth = () => lucia({ adapter: () => ({}) as never, env: "PROD" });

declare global {
	namespace Lucia {
		type Auth = ReturnType<typeof createAuth>;
		type DatabaseUserAttributes = Record<never, never>;
		type DatabaseSessionAttributes = Record<never, never>;
	}
}
