-- Accounts, tokens and sessions.

-- name: no_users :one
SELECT NOT EXISTS (SELECT FROM users) AS empty;

-- name: lock_users :exec
-- Nobody may come between the look for other users and the first one.
LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE;

-- name: insert_user :maybe -> User
-- None where it shall be the first one and is not.
INSERT INTO users (email, username, name, password_hash, role)
SELECT :email, :username?, :name?, :password_hash, :role
 WHERE NOT :first::boolean OR NOT EXISTS (SELECT FROM users)
RETURNING id, uuid, email, username, name, role, is_active, created_at,
          updated_at;

-- name: find_account :maybe
-- Where both names are given, the e-mail address decides.  No password has an
-- empty hash, nor has who comes by Google only one.
SELECT id, coalesce(password_hash, '') AS "password_hash!"
  FROM users
 WHERE lower(email) = lower(:email?::text)
    OR (:email?::text IS NULL AND lower(username) = lower(:username?::text));

-- name: insert_session :one
-- Its id; with its first refresh token.
WITH session AS (
	INSERT INTO auth_sessions (user_id, cookie_hash, cookie_expires_at)
	VALUES (:user_id, :cookie_hash, now() + interval '8 hours')
	RETURNING id
)
INSERT INTO refresh_tokens (session_id, token_hash, expires_at)
SELECT id, :token_hash, now() + interval '30 days' FROM session
RETURNING session_id;

-- name: find_token :maybe
-- The session that a refresh token belongs to.
SELECT session_id
  FROM refresh_tokens
 WHERE token_hash = :token_hash AND expires_at > now();

-- name: lock_session :maybe -> User
-- Whose session it is; none where it is over.  The lock puts simultaneous
-- refreshes of a session in a row.
SELECT u.id, u.uuid, u.email, u.username, u.name, u.role, u.is_active,
       u.created_at, u.updated_at
  FROM auth_sessions s
  JOIN users u ON u.id = s.user_id
 WHERE s.id = :id AND s.revoked_at IS NULL AND u.is_active
   FOR UPDATE OF s;

-- name: use_token :count
-- 0 where it was used before.
UPDATE refresh_tokens
   SET used_at = now()
 WHERE token_hash = :token_hash AND used_at IS NULL;

-- name: revoke_session :exec
UPDATE auth_sessions SET revoked_at = now()
 WHERE id = :id AND revoked_at IS NULL;

-- name: replace_tokens :exec
WITH used AS (
	UPDATE refresh_tokens SET used_at = now()
	 WHERE session_id = :session AND used_at IS NULL
), cookie AS (
	UPDATE auth_sessions
	   SET cookie_hash = :cookie_hash,
	       cookie_expires_at = now() + interval '8 hours'
	 WHERE id = :session
)
INSERT INTO refresh_tokens (session_id, token_hash, expires_at)
VALUES (:session, :token_hash, now() + interval '30 days');

-- name: get_profile :maybe -> Profile
SELECT uuid AS id, email, name, voice_preference, preferences, created_at
  FROM users
 WHERE id = :id;

-- name: update_profile :maybe -> Profile
-- Leaves what is null as it is; what may be null itself changes where
-- change_... says so.
UPDATE users
   SET name = CASE WHEN :change_name THEN :name? ELSE name END,
       voice_preference = CASE WHEN :change_voice THEN :voice?
                          ELSE voice_preference END,
       preferences = coalesce(:preferences?, preferences),
       updated_at = now()
 WHERE id = :id
RETURNING uuid AS id, email, name, voice_preference, preferences, created_at;

-- name: count_keys :one
SELECT count(*) FROM api_keys WHERE user_id = :user AND revoked_at IS NULL;

-- name: list_keys :many
-- A page of a user's keys, and one row more where another page follows.
SELECT id, uuid, name, prefix, scopes, expires_at, last_used_at, created_at
  FROM api_keys
 WHERE user_id = :user AND revoked_at IS NULL AND id > :after
 ORDER BY id
 LIMIT :size::bigint + 1 OFFSET :skip::bigint;

-- name: insert_key :maybe
-- None where the user has 100 of them.
INSERT INTO api_keys (user_id, name, key_hash, prefix, scopes, expires_at)
SELECT :user, btrim(:name), :key_hash, :prefix, :scopes, :expires_at?
 WHERE (SELECT count(*) FROM api_keys
         WHERE user_id = :user AND revoked_at IS NULL) < 100
RETURNING uuid, name, created_at;

-- name: revoke_key :count
UPDATE api_keys SET revoked_at = now()
 WHERE uuid = :uuid AND user_id = :user AND revoked_at IS NULL;

-- name: insert_oauth_state :exec
-- Those that nobody has come back for go.
WITH late AS (
	DELETE FROM oauth_states WHERE expires_at <= now()
)
INSERT INTO oauth_states (state_hash, verifier) VALUES (:state_hash, :verifier);

-- name: take_oauth_state :maybe
-- Its verifier; a state works once.
DELETE FROM oauth_states
 WHERE state_hash = :state_hash AND expires_at > now()
RETURNING verifier;

-- name: find_google_user :maybe -> User
-- Who it is at Google decides, else whose e-mail address it is.  From now on the
-- account is tied to the one at Google; one that is tied to another is not found.
UPDATE users u
   SET google_subject = :subject, updated_at = now()
  FROM (SELECT id
          FROM users
         WHERE google_subject = :subject
            OR (google_subject IS NULL AND lower(email) = lower(:email))
         ORDER BY google_subject
         LIMIT 1) found
 WHERE u.id = found.id
RETURNING u.id, u.uuid, u.email, u.username, u.name, u.role, u.is_active,
          u.created_at, u.updated_at;

-- name: insert_google_user :maybe -> User
INSERT INTO users (email, google_subject)
VALUES (:email, :subject)
RETURNING id, uuid, email, username, name, role, is_active, created_at,
          updated_at;
