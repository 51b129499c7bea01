-- What a user has for the newsletter app, and who the user is at Google.  Whoever
-- only comes from there has no password.

ALTER TABLE users
	ADD COLUMN preferences jsonb NOT NULL DEFAULT '{}'
		CHECK (jsonb_typeof(preferences) = 'object'),
	ADD COLUMN voice_preference text
		CHECK (length(voice_preference) BETWEEN 1 AND 100),
	ADD COLUMN google_subject text
		CHECK (length(google_subject) BETWEEN 1 AND 255),
	ALTER COLUMN password_hash DROP NOT NULL;

CREATE UNIQUE INDEX users_google_subject ON users (google_subject);

-- A login by Google that has begun.  What comes back has the state, whose SHA-256
-- is here, and what is exchanged the verifier (RFC 7636).
CREATE TABLE oauth_states (
	state_hash text PRIMARY KEY,
	verifier text NOT NULL,
	expires_at timestamptz NOT NULL DEFAULT now() + interval '10 minutes'
);

CREATE INDEX oauth_states_expires ON oauth_states (expires_at);
