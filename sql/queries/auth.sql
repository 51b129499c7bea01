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
-- Where both names are given, the e-mail address decides.
SELECT id, password_hash
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
