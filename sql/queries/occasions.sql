-- What is celebrated, and how far the presents for it are.

-- name: count_occasions :one :read
SELECT count(*) FROM occasions;

-- name: list_occasions :many :read -> Occasion
-- A page of occasions, and one more where another page follows.
SELECT o.id, o.name, o.type, o.date, o.description,
       ARRAY(SELECT p.person_id
               FROM occasion_persons p
              WHERE p.occasion_id = o.id
              ORDER BY p.person_id) AS "person_ids!",
       o.created_at, o.updated_at
  FROM occasions o
 WHERE o.id > :after
 ORDER BY o.id
 LIMIT :size::bigint + 1 OFFSET :skip::bigint;

-- name: insert_occasion :one
INSERT INTO occasions (name, type, date, description)
VALUES (btrim(:name), :type, :date, :description?)
RETURNING id;

-- name: get_occasion :maybe -> Occasion
SELECT o.id, o.name, o.type, o.date, o.description,
       ARRAY(SELECT p.person_id
               FROM occasion_persons p
              WHERE p.occasion_id = o.id
              ORDER BY p.person_id) AS "person_ids!",
       o.created_at, o.updated_at
  FROM occasions o
 WHERE o.id = :id;

-- name: get_occasion_detail :maybe :read -> OccasionDetail except summary
SELECT o.id, o.name, o.type, o.date, o.description,
       ARRAY(SELECT p.person_id
               FROM occasion_persons p
              WHERE p.occasion_id = o.id
              ORDER BY p.person_id) AS "person_ids!",
       o.created_at, o.updated_at
  FROM occasions o
 WHERE o.id = :id;

-- name: lock_occasion :maybe
-- Until the end of the transaction nobody else changes it.
SELECT id FROM occasions WHERE id = :id FOR NO KEY UPDATE;

-- name: update_occasion :exec
-- Leaves what is null as it is, but the description where change_description
-- says so.
UPDATE occasions
   SET name = coalesce(btrim(:name?), name),
       type = coalesce(:type?, type),
       date = coalesce(:date?, date),
       description = CASE WHEN :change_description THEN :description?
                     ELSE description END,
       updated_at = now()
 WHERE id = :id;

-- name: remove_occasion_persons :exec
-- All but these.
DELETE FROM occasion_persons
 WHERE occasion_id = :occasion AND person_id <> ALL (:person_ids);

-- name: add_occasion_persons :exec
INSERT INTO occasion_persons (occasion_id, person_id)
SELECT :occasion, unnest(:person_ids::bigint[])
    ON CONFLICT DO NOTHING;

-- name: delete_occasion :exec
DELETE FROM occasions WHERE id = :id;

-- name: get_occasion_totals :maybe :read -> OccasionSummary except people
-- What stands on the lists for the occasion; no row where there is none such.
SELECT o.id AS "occasion_id!",
       count(*) FILTER (WHERE i.status = 'idea') AS "totals.idea!",
       count(*) FILTER (WHERE i.status = 'selected') AS "totals.selected!",
       count(*) FILTER (WHERE i.status = 'purchased') AS "totals.purchased!",
       count(*) FILTER (WHERE i.status = 'received') AS "totals.received!"
  FROM occasions o
  LEFT JOIN gift_lists l ON l.occasion_id = o.id
   AND list_is_seen(l.visibility, l.created_by, :viewer, :admin)
  LEFT JOIN list_items i ON i.list_id = l.id
 WHERE o.id = :occasion
 GROUP BY o.id;

-- name: list_occasion_people :many :read -> OccasionPerson
-- Whoever celebrates it, or has a list for it.
SELECT p.id AS "person_id!", p.name AS "name!",
       count(*) FILTER (WHERE i.status = 'idea') AS "pipeline.idea!",
       count(*) FILTER (WHERE i.status = 'selected') AS "pipeline.selected!",
       count(*) FILTER (WHERE i.status = 'purchased')
           AS "pipeline.purchased!",
       count(*) FILTER (WHERE i.status = 'received') AS "pipeline.received!",
       coalesce(sum(coalesce(i.price, g.price) * i.quantity)
           FILTER (WHERE i.status IN ('purchased', 'received')), 0) AS "spent!"
  FROM (SELECT person_id
          FROM occasion_persons
         WHERE occasion_id = :occasion
         UNION
        SELECT person_id
          FROM gift_lists
         WHERE occasion_id = :occasion
           AND list_is_seen(visibility, created_by, :viewer, :admin)) who
  JOIN persons p ON p.id = who.person_id
  LEFT JOIN gift_lists l ON l.occasion_id = :occasion AND l.person_id = p.id
   AND list_is_seen(l.visibility, l.created_by, :viewer, :admin)
  LEFT JOIN list_items i ON i.list_id = l.id
  LEFT JOIN gifts g ON g.id = i.gift_id
 GROUP BY p.id
 ORDER BY p.id
 LIMIT 500;
