-- Whom events reach.

-- name: find_list_audience :maybe
-- Of the items of a list.
SELECT visibility, person_id, occasion_id
  FROM gift_lists
 WHERE id = :list;

-- name: list_users_present :many -> RealtimeUser
-- A user without a name is called by the name of the account.
SELECT id, coalesce(name, username, split_part(email, '@', 1)) AS "name!"
  FROM users
 WHERE id = ANY (:ids)
 ORDER BY id;
