-- An administrator to try the service with: demo@example.org, whose password
-- is demo-password-1.  May be run again and again.  Not for production.

INSERT INTO users (email, username, name, password_hash, role)
VALUES ('demo@example.org', 'demo', 'Dora Demo',
	'$2b$12$OFc/K1.oPMUO/IjATzzyEeKKYjKvvmmWPeFgB/PvN4w3TmPUvR21.',
	'admin')
ON CONFLICT DO NOTHING;
