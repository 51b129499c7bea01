-- The people who are given presents, and the presents.

-- name: count_persons :one :read
SELECT count(*) FROM persons;

-- name: list_persons :many :read -> Person
-- A page of persons, and one row more where another page follows.
SELECT id, name, relationship, birthdate, notes, interests, sizes, photo_url,
       created_at, updated_at
  FROM persons
 WHERE id > :after
 ORDER BY id
 LIMIT :size::bigint + 1 OFFSET :skip::bigint;

-- name: insert_person :one -> Person
INSERT INTO persons (name, relationship, birthdate, notes, interests, sizes,
                     photo_url)
VALUES (btrim(:name), :relationship?, :birthdate?, :notes?, :interests,
        coalesce(:sizes?::json, '{}'), :photo_url?)
RETURNING id, name, relationship, birthdate, notes, interests, sizes,
          photo_url, created_at, updated_at;

-- name: get_person :maybe :read -> PersonDetail except history, relationships
SELECT id, name, relationship, birthdate, notes, interests, sizes, photo_url,
       created_at, updated_at
  FROM persons
 WHERE id = :id;

-- name: lock_person :maybe -> Person
-- Until the end of the transaction nobody else changes it.
SELECT id, name, relationship, birthdate, notes, interests, sizes, photo_url,
       created_at, updated_at
  FROM persons
 WHERE id = :id
   FOR NO KEY UPDATE;

-- name: list_person_occasions :many :read -> PersonOccasion
SELECT o.id, o.name, o.type, o.date
  FROM occasion_persons p
  JOIN occasions o ON o.id = p.occasion_id
 WHERE p.person_id = :person
 ORDER BY o.date, o.id
 LIMIT 100;

-- name: list_person_lists :many :read -> PersonGiftList
-- Those that who asks may see, as in all that follow.
SELECT id, name, type
  FROM gift_lists
 WHERE person_id = :person
   AND list_is_seen(visibility, created_by, :viewer, :admin)
 ORDER BY id
 LIMIT 100;

-- name: update_person :maybe -> Person
-- Leaves what is null as it is; what may be null itself changes where
-- change_... says so.
UPDATE persons
   SET name = coalesce(btrim(:name?), name),
       relationship = CASE WHEN :change_relationship THEN :relationship?
                      ELSE relationship END,
       birthdate = CASE WHEN :change_birthdate THEN :birthdate?
                   ELSE birthdate END,
       notes = CASE WHEN :change_notes THEN :notes? ELSE notes END,
       interests = coalesce(:interests?, interests),
       sizes = coalesce(:sizes?, sizes),
       photo_url = CASE WHEN :change_photo_url THEN :photo_url?
                   ELSE photo_url END,
       updated_at = now()
 WHERE id = :id
RETURNING id, name, relationship, birthdate, notes, interests, sizes,
          photo_url, created_at, updated_at;

-- name: list_occasions_of_person :many -> Occasion
-- As they are without that person.
SELECT o.id, o.name, o.type, o.date, o.description,
       ARRAY(SELECT p.person_id
               FROM occasion_persons p
              WHERE p.occasion_id = o.id AND p.person_id <> :person
              ORDER BY p.person_id) AS "person_ids!",
       o.created_at, o.updated_at
  FROM occasion_persons op
  JOIN occasions o ON o.id = op.occasion_id
 WHERE op.person_id = :person
 ORDER BY o.id;

-- name: delete_person :exec
DELETE FROM persons WHERE id = :id;

-- name: count_history :maybe :read
-- No row where there is no such person.
SELECT (SELECT count(*)
          FROM gift_lists l
          JOIN list_items i ON i.list_id = l.id
         WHERE l.person_id = p.id
           AND list_is_seen(l.visibility, l.created_by, :viewer, :admin))
       AS "entries!"
  FROM persons p
 WHERE p.id = :person;

-- name: list_history :many :read -> GiftHistoryEntry
-- Newest first; `before` is the id that the page before ended with, 0 for
-- none.  One row more where another page follows.
SELECT i.id AS list_item_id, g.id AS gift_id, g.name AS gift_name,
       l.occasion_id, i.status, coalesce(i.price, g.price) AS price,
       (i.updated_at AT TIME ZONE 'UTC')::date AS "date!"
  FROM gift_lists l
  JOIN list_items i ON i.list_id = l.id
  JOIN gifts g ON g.id = i.gift_id
 WHERE l.person_id = :person AND (:before::bigint = 0 OR i.id < :before)
   AND list_is_seen(l.visibility, l.created_by, :viewer, :admin)
 ORDER BY i.id DESC
 LIMIT :size::bigint + 1 OFFSET :skip::bigint;
