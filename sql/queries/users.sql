-- The people who use the service.

-- name: get_user :maybe -> User
SELECT id, uuid, email, username, name, role, is_active, created_at, updated_at
  FROM users
 WHERE id = :id;

-- name: get_user_by_uuid :maybe -> User
SELECT id, uuid, email, username, name, role, is_active, created_at, updated_at
  FROM users
 WHERE uuid = :uuid;

-- name: update_user :maybe -> User
-- Leaves what is null as it is; what may be null itself changes where
-- change_... says so.
UPDATE users
   SET email = coalesce(:email?, email),
       username = CASE WHEN :change_username THEN :username? ELSE username END,
       name = CASE WHEN :change_name THEN :name? ELSE name END,
       role = coalesce(:role?, role),
       is_active = coalesce(:is_active?, is_active),
       updated_at = now()
 WHERE id = :id
RETURNING id, uuid, email, username, name, role, is_active, created_at,
          updated_at;

-- name: delete_user :count
DELETE FROM users WHERE id = :id;
