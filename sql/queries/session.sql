-- Who a credential belongs to.

-- name: find_subject :maybe -> struct caller
-- Of an access token, which knows itself when it expires.  The session is null
-- when it is another user's, or was revoked.
SELECT u.id AS "id!", u.uuid AS "uuid!", u.role AS "role!",
       u.is_active AS "is_active!", s.id AS session,
       false AS "revoked!", false AS "expired!", 0::bigint AS "expires!",
       '{}'::text[] AS "scopes!"
  FROM users u
  LEFT JOIN auth_sessions s
    ON s.id = :session AND s.user_id = u.id AND s.revoked_at IS NULL
 WHERE u.uuid = :subject;

-- name: find_cookie :maybe -> struct caller
SELECT u.id, u.uuid, u.role, u.is_active, s.id AS "session?",
       s.revoked_at IS NOT NULL AS "revoked!",
       s.cookie_expires_at <= now() AS "expired!",
       extract(epoch FROM s.cookie_expires_at)::bigint AS "expires!",
       '{}'::text[] AS "scopes!"
  FROM auth_sessions s
  JOIN users u ON u.id = s.user_id
 WHERE s.cookie_hash = :cookie_hash;

-- name: find_key :maybe -> struct caller
-- Of an API key.  When it was used last is noted once a minute.
WITH used AS (
	UPDATE api_keys SET last_used_at = now()
	 WHERE key_hash = :key_hash AND revoked_at IS NULL
	   AND (expires_at IS NULL OR expires_at > now())
	   AND (last_used_at IS NULL
	        OR last_used_at < now() - interval '1 minute')
)
SELECT u.id, u.uuid, u.role, u.is_active, NULL::bigint AS session,
       false AS "revoked!", false AS "expired!",
       coalesce(extract(epoch FROM k.expires_at)::bigint, 0) AS "expires!",
       k.scopes
  FROM api_keys k
  JOIN users u ON u.id = k.user_id
 WHERE k.key_hash = :key_hash AND k.revoked_at IS NULL
   AND (k.expires_at IS NULL OR k.expires_at > now());
