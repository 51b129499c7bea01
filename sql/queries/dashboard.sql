-- What has happened, and what is to be done.

-- name: insert_activity :exec
INSERT INTO activity (event, entity_type, entity_id, title, list_id, user_id)
VALUES (:event, :entity_type, :entity_id, :title, :list_id?, :viewer);

-- name: list_activity :many :read -> Activity
-- The newest.
SELECT a.id, a.event, a.entity_type, a.entity_id, a.title, a.user_id,
       (SELECT u.name FROM users u WHERE u.id = a.user_id) AS user_name,
       a.created_at
  FROM activity a
 WHERE a.list_id IS NULL
    OR EXISTS (SELECT FROM gift_lists l
                WHERE l.id = a.list_id
                  AND list_is_seen(l.visibility, l.created_by, :viewer,
                                   :admin))
 ORDER BY a.id DESC
 LIMIT 20;

-- name: next_occasion :maybe :read -> NextOccasion
SELECT id, name, type, date, date - current_date AS "days_left!"
  FROM occasions
 WHERE date >= current_date
 ORDER BY date, id
 LIMIT 1;

-- name: count_pipeline :one :read -> Pipeline
SELECT count(*) FILTER (WHERE i.status = 'idea') AS idea,
       count(*) FILTER (WHERE i.status = 'selected') AS selected,
       count(*) FILTER (WHERE i.status = 'purchased') AS purchased,
       count(*) FILTER (WHERE i.status = 'received') AS received
  FROM gift_lists l
  JOIN list_items i ON i.list_id = l.id
 WHERE list_is_seen(l.visibility, l.created_by, :viewer, :admin);

-- name: list_people_in_need :many :read -> PersonInNeed
-- Who celebrates soon and has no present bought yet.
SELECT p.id AS person_id, p.name, o.id AS occasion_id,
       o.name AS occasion_name, o.date AS occasion_date
  FROM occasions o
  JOIN occasion_persons c ON c.occasion_id = o.id
  JOIN persons p ON p.id = c.person_id
 WHERE o.date BETWEEN current_date AND current_date + 90
   AND NOT EXISTS (SELECT
                     FROM gift_lists l
                     JOIN list_items i ON i.list_id = l.id
                    WHERE l.occasion_id = o.id AND l.person_id = p.id
                      AND i.status IN ('purchased', 'received'))
 ORDER BY o.date, o.id, p.id
 LIMIT 20;

-- name: list_newest_ideas :many :read -> ListItem
SELECT i.id, i.list_id, i.gift_id, g.id AS "gift.id", g.name AS "gift.name",
       g.url AS "gift.url", g.price AS "gift.price", i.status,
       i.assigned_to_id, i.assigned_at, i.assigned_by_id, i.notes, i.price,
       i.quantity, i.version, i.created_at, i.updated_at
  FROM list_items i
  JOIN gifts g ON g.id = i.gift_id
  JOIN gift_lists l ON l.id = i.list_id
 WHERE i.status = 'idea'
   AND list_is_seen(l.visibility, l.created_by, :viewer, :admin)
 ORDER BY i.id DESC
 LIMIT 10;
