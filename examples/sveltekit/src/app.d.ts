/// <reference types="lucia-auth" />
import type { AuthRequest, User } from "lucia-auth";
import type { Auth as AppAuth } from "#lib/server/auth.ts";

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

	namespace App {
		interface Locals {
			auth: AuthRequest<AppAuth>;
			user: User | null;
		}
		/** What `+error.svelte` shows: `message` is the title. */
		interface Error {
			advice: string;
		}
	}
}
