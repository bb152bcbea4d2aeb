/// <reference types="lucia-auth" />
import type { Auth as AppAuth } from "./lib/auth.ts";

declare global {
	// Without this namespace everything that Lucia returns is silently `any`.
	namespace Lucia {
		type Auth = AppAuth;
		interface UserAttributes {
			name: string;
			email: string | null;
			/** SQLite's boolean; `null` where the provider doesn't say. */
			email_verified: number | null;
			picture: string | null;
		}
	}
}
