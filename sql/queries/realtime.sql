-- Who may hear of what.

-- name: find_topic :maybe
-- Whether the viewer hears what of the thing is private, too.  No row where there
-- is no such thing, as far as the viewer sees it.
SELECT :admin OR coalesce(l.created_by = :viewer, false) AS "trusted!"
  FROM gift_lists l
 WHERE :kind::text = 'list' AND l.id = :id
   AND list_is_seen(l.visibility, l.created_by, :viewer, :admin)
 UNION ALL
SELECT :admin OR coalesce(l.created_by = :viewer, false)
  FROM list_items i
  JOIN gift_lists l ON l.id = i.list_id
 WHERE :kind = 'list_item' AND i.id = :id
   AND list_is_seen(l.visibility, l.created_by, :viewer, :admin)
 UNION ALL
SELECT false FROM occasions WHERE :kind = 'occasion' AND id = :id
 UNION ALL
SELECT false FROM persons WHERE :kind = 'person' AND id = :id
 UNION ALL
SELECT false FROM gifts WHERE :kind = 'gift' AND id = :id;

-- name: find_audience :maybe
-- Of what stands on a list.
SELECT visibility = 'private' AS "private!", person_id
  FROM gift_lists
 WHERE id = :list;

-- name: list_users_present :many -> RealtimeUser
-- A user without a name is called by the name of the account.
SELECT id, coalesce(name, username, split_part(email, '@', 1)) AS "name!"
  FROM users
 WHERE id = ANY (:ids)
 ORDER BY id;
