import { bigint, boolean, index, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** An e-mail address is data and never an identity, so it is not unique. */
export const users = pgTable("users", {
	id: uuid("id").primaryKey(),
	name: text("name").notNull(),
	email: text("email"),
	/** `null` where the provider doesn't say. */
	emailVerified: boolean("email_verified"),
	picture: text("picture"),
});

/** The accounts by which users sign in. The key ensures that no account belongs to two users. */
export const accounts = pgTable(
	"accounts",
	{
		providerId: text("provider_id").notNull(),
		providerUserId: text("provider_user_id").notNull(),
		userId: uuid("user_id")
			.notNull()
			.references(() => users.id, { onDelete: "cascade" }),
	},
	(table) => [
		primaryKey({ columns: [table.providerId, table.providerUserId] }),
		index("accounts_user_id").on(table.userId),
	],
);

export const sessions = pgTable(
	"sessions",
	{
		/** The SHA-256 of the token that the browser has, so that nobody can sign in with what this table contains. */
		tokenHash: text("token_hash").primaryKey(),
		userId: uuid("user_id")
			.notNull()
			.references(() => users.id, { onDelete: "cascade" }),
		expiresAt: timestamp("expires_at", { withTimezone: true }).notNull(),
	},
	(table) => [index("sessions_user_id").on(table.userId), index("sessions_expires_at").on(table.expiresAt)],
);

/** The tokens of the accounts that users have connected, encrypted: the table of `@oauth/tokens`. */
export const oauthGrants = pgTable(
	"oauth_grants",
	{
		userId: uuid("user_id")
			.notNull()
			.references(() => users.id, { onDelete: "cascade" }),
		providerId: text("provider_id").notNull(),
		providerUserId: text("provider_user_id").notNull(),
		sealed: text("sealed").notNull(),
		revision: text("revision").notNull(),
		fence: bigint("fence", { mode: "number" }).notNull(),
		state: text("state").notNull(),
		problem: text("problem"),
		scope: text("scope"),
		expiresAt: bigint("expires_at", { mode: "number" }),
		leaseUntil: bigint("lease_until", { mode: "number" }),
		retryAt: bigint("retry_at", { mode: "number" }),
	},
	(table) => [primaryKey({ columns: [table.userId, table.providerId] })],
);

export type User = typeof users.$inferSelect;
