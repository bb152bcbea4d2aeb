import type { UserStore } from "@oauth/core";

interface User {
	userId: string;
	username: string;
}

const users = new Map<string, User>();

const store: UserStore<User, { username: string }> = {
	getUser: async (account) => users.get(account.providerUserId) ?? null,
	async createUser(account, attributes) {
		const user = { userId: attributes.username, ...attributes };
		users.set(account.providerUserId, user);
		return user;
	},
	linkAccount: () => Promise.reject(new Error("this app links no accounts")),
};

/** The app's own users and sessions, in memory. */
export const auth = {
	...store,
	createSession: async (userId: string) => ({ sessionId: `session-of-${userId}` }),
	createSessionCookie: ({ sessionId }: { sessionId: string }) => ({
		serialize: () => `auth_session=${sessionId}; Path=/; HttpOnly; Secure; SameSite=Lax`,
	}),
};
