-- The rows that the contract's examples speak of; run before each test that
-- changes something.  DELETE, since TRUNCATE of this few rows takes longer.
--
-- User n (1 admin, 2 user, 3 read_only) has the password example-password-n,
-- session n, the cookie example-session-of-user-n, the key
-- example-key-of-user-n, and as refresh token the base64url of
-- example-refresh-token-of-user-n and an exclamation mark.

BEGIN;

DELETE FROM activity;
DELETE FROM comments;
DELETE FROM list_items;
DELETE FROM gift_lists;
DELETE FROM gifts;
DELETE FROM occasions;
DELETE FROM persons;
DELETE FROM users;
DELETE FROM oauth_states;

INSERT INTO users (id, uuid, email, username, name, role, password_hash,
	created_at, updated_at) VALUES
	(1, '00000000-0000-4000-8000-000000000001', 'admin@example.org',
		'admin', 'Ada Admin', 'admin',
		'$2b$12$i27yYiCED4WFoBoAyMBHeuu6zKZiDR7ndzohCRWGabrpvGb9VTBCm',
		'2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'),
	(2, '00000000-0000-4000-8000-000000000002', 'user@example.org',
		'user', 'Ursula User', 'user',
		'$2b$12$1V6Si5M.IfCCQPwpr2ad7OPhe/1N6kYa9yXHOOZkMFsHMU1eI0Da2',
		'2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'),
	(3, '00000000-0000-4000-8000-000000000003', 'reader@example.org',
		'reader', 'Rita Reader', 'read_only',
		'$2b$12$5.APalX8YiyTLkE3INWAz.VT8jjjnV9Nqwpy4aBJlZppkcp5I.8h6',
		'2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z');

INSERT INTO auth_sessions (id, user_id, cookie_hash, cookie_expires_at) VALUES
	(1, 1, encode(sha256('example-session-of-user-1'), 'hex'),
		now() + interval '8 hours'),
	(2, 2, encode(sha256('example-session-of-user-2'), 'hex'),
		now() + interval '8 hours'),
	(3, 3, encode(sha256('example-session-of-user-3'), 'hex'),
		now() + interval '8 hours');

INSERT INTO refresh_tokens (id, session_id, token_hash, expires_at) VALUES
	(1, 1, encode(sha256(
		'ZXhhbXBsZS1yZWZyZXNoLXRva2VuLW9mLXVzZXItMSE'), 'hex'),
		now() + interval '30 days'),
	(2, 2, encode(sha256(
		'ZXhhbXBsZS1yZWZyZXNoLXRva2VuLW9mLXVzZXItMiE'), 'hex'),
		now() + interval '30 days'),
	(3, 3, encode(sha256(
		'ZXhhbXBsZS1yZWZyZXNoLXRva2VuLW9mLXVzZXItMyE'), 'hex'),
		now() + interval '30 days');

INSERT INTO api_keys (id, uuid, user_id, name, prefix, key_hash,
	created_at) VALUES
	(1, '00000000-0000-4000-8000-0000000000a1', 1, 'tests', 'example-',
		encode(sha256('example-key-of-user-1'), 'hex'),
		'2026-01-01T00:00:00Z'),
	(2, '00000000-0000-4000-8000-0000000000a2', 2, 'tests', 'example-',
		encode(sha256('example-key-of-user-2'), 'hex'),
		'2026-01-01T00:00:00Z'),
	(3, '00000000-0000-4000-8000-0000000000a3', 3, 'tests', 'example-',
		encode(sha256('example-key-of-user-3'), 'hex'),
		'2026-01-01T00:00:00Z');

INSERT INTO persons (id, name, relationship, birthdate, notes, interests,
	sizes, photo_url, created_at, updated_at) VALUES
	(1, 'Ada Lovelace', 'sister', '1990-12-10', 'Likes puzzles.',
		'{mathematics,music}', '{"shirt":"M"}',
		'https://example.org/ada.jpg',
		'2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'),
	(2, 'Mary Somerville', NULL, NULL, NULL, '{}', '{}', NULL,
		'2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'),
	(3, 'Caroline Herschel', 'aunt', NULL, NULL, '{stars}', '{}', NULL,
		'2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z');

INSERT INTO occasions (id, name, type, date, description, created_at,
	updated_at) VALUES
	(1, 'Ada''s birthday', 'birthday', '2026-12-10',
		'She does not like surprises.',
		'2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'),
	(2, 'Midwinter', 'holiday', '2026-12-21', NULL,
		'2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z');

INSERT INTO occasion_persons (occasion_id, person_id) VALUES
	(1, 1), (2, 1), (2, 3);

INSERT INTO gift_lists (id, name, type, person_id, occasion_id, created_by,
	created_at, updated_at) VALUES
	(1, 'For Ada', 'ideas', 1, 1, 2,
		'2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'),
	(2, 'Ada wishes', 'wishlist', 1, NULL, 1,
		'2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z');

INSERT INTO gifts (id, name, url, price, currency, image_url, source,
	description, tags, parse_status, parse_error, created_at, updated_at)
VALUES
	(1, 'Puzzle box', 'https://shop.example/puzzle-box', 24.50, 'EUR',
		'https://shop.example/puzzle-box.jpg', 'Shop of puzzles',
		'Opens in 12 steps.', '{puzzle,wood}', 'parsed', NULL,
		'2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'),
	(2, 'Concert ticket', NULL, 60.00, NULL, NULL, NULL, NULL, '{music}',
		'none', NULL, '2026-01-02T00:00:00Z', '2026-01-02T00:00:00Z'),
	(3, 'Book of tables', NULL, NULL, NULL, NULL, NULL,
		'For those who like puzzles.', '{}', 'none', NULL,
		'2026-01-03T00:00:00Z', '2026-01-03T00:00:00Z'),
	(4, 'shop.example', 'https://shop.example/gone', NULL, NULL, NULL, NULL,
		NULL, '{}', 'failed', 'status',
		'2026-01-04T00:00:00Z', '2026-01-04T00:00:00Z');

INSERT INTO list_items (id, list_id, gift_id, status, price, notes, version,
	assigned_to_id, assigned_at, assigned_by_id, created_at, updated_at)
VALUES
	(1, 1, 1, 'purchased', 19.90, 'The wooden one.', 3,
		2, '2026-01-20T00:00:00Z', 1,
		'2026-01-10T00:00:00Z', '2026-02-01T00:00:00Z'),
	(2, 1, 2, 'idea', NULL, NULL, 1, NULL, NULL, NULL,
		'2026-01-11T00:00:00Z', '2026-01-11T00:00:00Z'),
	(3, 2, 3, 'received', NULL, NULL, 5, NULL, NULL, NULL,
		'2026-01-12T00:00:00Z', '2026-03-01T00:00:00Z');

INSERT INTO comments (id, parent_type, parent_id, content, author_id,
	created_at) VALUES
	(1, 'list_item', 1, 'It comes with two keys.', 2,
		'2026-01-15T00:00:00Z');

INSERT INTO activity (id, event, entity_type, entity_id, title, list_id,
	user_id, created_at) VALUES
	(1, 'STATUS_CHANGED', 'list_item', 1, 'Puzzle box', 1, 2,
		'2026-02-01T00:00:00Z');

SELECT setval('users_id_seq', 3), setval('auth_sessions_id_seq', 3),
	setval('refresh_tokens_id_seq', 3), setval('api_keys_id_seq', 3),
	setval('persons_id_seq', 3), setval('occasions_id_seq', 2),
	setval('gift_lists_id_seq', 2), setval('gifts_id_seq', 4),
	setval('list_items_id_seq', 3), setval('comments_id_seq', 1),
	setval('activity_id_seq', 1);

COMMIT;
