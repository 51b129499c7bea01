-- API keys that users make themselves: known by a UUID and by their first
-- characters, with fewer rights than the user where scopes has roles.

ALTER TABLE api_keys
	ADD COLUMN uuid uuid NOT NULL DEFAULT gen_random_uuid(),
	ADD COLUMN prefix text NOT NULL DEFAULT '' CHECK (length(prefix) <= 8),
	ADD COLUMN scopes text[] NOT NULL DEFAULT '{}'
		CHECK (scopes <@ ARRAY['super_admin', 'admin', 'developer',
			'user', 'read_only']),
	ADD COLUMN last_used_at timestamptz;

CREATE UNIQUE INDEX api_keys_uuid ON api_keys (uuid);
