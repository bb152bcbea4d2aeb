CREATE TABLE IF NOT EXISTS users (
	id TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	-- Data and never an identity, so it is not unique.
	email TEXT,
	email_verified INTEGER,
	picture TEXT
);

-- The key ensures that an account belongs to one user only, whatever happens at the same time.
CREATE TABLE IF NOT EXISTS accounts (
	provider_id TEXT NOT NULL,
	provider_user_id TEXT NOT NULL,
	user_id TEXT NOT NULL REFERENCES users (id),
	PRIMARY KEY (provider_id, provider_user_id)
);
CREATE INDEX IF NOT EXISTS accounts_user_id ON accounts (user_id);

-- Nobody can sign in with what this table contains: only the browser has the token itself.
CREATE TABLE IF NOT EXISTS sessions (
	token_hash BLOB NOT NULL PRIMARY KEY,
	user_id TEXT NOT NULL REFERENCES users (id),
	expires_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS sessions_expires_at ON sessions (expires_at);
