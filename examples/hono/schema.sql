CREATE TABLE IF NOT EXISTS users (
	id TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	-- Data, and never an identity: so it is not unique.
	email TEXT,
	email_verified INTEGER,
	picture TEXT
);

-- The key sees to it that an account is one user's only, whatever happens at the same time.
CREATE TABLE IF NOT EXISTS accounts (
	provider_id TEXT NOT NULL,
	provider_user_id TEXT NOT NULL,
	user_id TEXT NOT NULL REFERENCES users (id),
	PRIMARY KEY (provider_id, provider_user_id)
);
CREATE INDEX IF NOT EXISTS accounts_user_id ON accounts (user_id);

-- Who can read this table still can't sign in as anybody: the token itself is in the browser only.
CREATE TABLE IF NOT EXISTS sessions (
	token_hash BLOB NOT NULL PRIMARY KEY,
	user_id TEXT NOT NULL REFERENCES users (id),
	expires_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS sessions_expires_at ON sessions (expires_at);
