-- Lists of gifts, and what stands on them.  Of each, who asks sees what
-- list_is_seen() says; anything else is as absent.

-- name: count_lists :one :read
SELECT count(*)
  FROM gift_lists l
 WHERE (:type?::text IS NULL OR l.type = :type)
   AND (:person_id?::bigint IS NULL OR l.person_id = :person_id)
   AND (:occasion_id?::bigint IS NULL OR l.occasion_id = :occasion_id)
   AND list_is_seen(l.visibility, l.created_by, :viewer, :admin);

-- name: list_lists :many :read -> List
-- A page of lists, and one more where another page follows.
SELECT l.id, l.name, l.type, l.visibility, l.person_id, l.occasion_id,
       l.created_by AS created_by_id,
       (SELECT count(*) FROM list_items i WHERE i.list_id = l.id)
           AS "item_count!",
       l.created_at, l.updated_at
  FROM gift_lists l
 WHERE l.id > :after
   AND (:type?::text IS NULL OR l.type = :type)
   AND (:person_id?::bigint IS NULL OR l.person_id = :person_id)
   AND (:occasion_id?::bigint IS NULL OR l.occasion_id = :occasion_id)
   AND list_is_seen(l.visibility, l.created_by, :viewer, :admin)
 ORDER BY l.id
 LIMIT :size::bigint + 1 OFFSET :skip::bigint;

-- name: insert_list :one -> List
INSERT INTO gift_lists (name, type, visibility, person_id, occasion_id,
                        created_by)
VALUES (btrim(:name), :type, :visibility, :person_id?, :occasion_id?, :viewer)
RETURNING id, name, type, visibility, person_id, occasion_id,
          created_by AS created_by_id, 0::bigint AS "item_count!", created_at,
          updated_at;

-- name: get_list :maybe :read -> ListDetail except items
SELECT l.id, l.name, l.type, l.visibility, l.person_id, l.occasion_id,
       l.created_by AS created_by_id,
       (SELECT count(*) FROM list_items i WHERE i.list_id = l.id)
           AS "item_count!",
       l.created_at, l.updated_at
  FROM gift_lists l
 WHERE l.id = :id
   AND list_is_seen(l.visibility, l.created_by, :viewer, :admin);

-- name: lock_list :maybe -> List
-- Until the end of the transaction nobody else changes it.
SELECT l.id, l.name, l.type, l.visibility, l.person_id, l.occasion_id,
       l.created_by AS created_by_id,
       (SELECT count(*) FROM list_items i WHERE i.list_id = l.id)
           AS "item_count!",
       l.created_at, l.updated_at
  FROM gift_lists l
 WHERE l.id = :id
   AND list_is_seen(l.visibility, l.created_by, :viewer, :admin)
   FOR NO KEY UPDATE;

-- name: keep_list :maybe
-- Until the end of the transaction nobody deletes it.
SELECT l.id
  FROM gift_lists l
 WHERE l.id = :id
   AND list_is_seen(l.visibility, l.created_by, :viewer, :admin)
   FOR KEY SHARE;

-- name: update_list :one -> List
-- Leaves what is null as it is; what may be null itself changes where
-- change_... says so.
UPDATE gift_lists l
   SET name = coalesce(btrim(:name?), name),
       type = coalesce(:type?, type),
       visibility = coalesce(:visibility?, visibility),
       person_id = CASE WHEN :change_person THEN :person_id?
                   ELSE person_id END,
       occasion_id = CASE WHEN :change_occasion THEN :occasion_id?
                     ELSE occasion_id END,
       updated_at = now()
 WHERE id = :id
RETURNING id, name, type, visibility, person_id, occasion_id,
          created_by AS created_by_id,
          (SELECT count(*) FROM list_items i WHERE i.list_id = l.id)
              AS "item_count!",
          created_at, updated_at;

-- name: delete_list :exec
DELETE FROM gift_lists WHERE id = :id;

-- name: count_list_items :maybe :read
-- No row where there is no such list.
SELECT (SELECT count(*) FROM list_items i WHERE i.list_id = l.id) AS "items!"
  FROM gift_lists l
 WHERE l.id = :list
   AND list_is_seen(l.visibility, l.created_by, :viewer, :admin);

-- name: list_list_items :many :read -> ListItem
SELECT i.id, i.list_id, i.gift_id, g.id AS "gift.id", g.name AS "gift.name",
       g.url AS "gift.url", g.price AS "gift.price", i.status,
       i.assigned_to_id, i.assigned_at, i.assigned_by_id, i.notes, i.price,
       i.quantity, i.version, i.created_at, i.updated_at
  FROM list_items i
  JOIN gifts g ON g.id = i.gift_id
 WHERE i.list_id = :list AND i.id > :after
 ORDER BY i.id
 LIMIT :size::bigint + 1 OFFSET :skip::bigint;

-- name: insert_list_item :one -> ListItem
WITH i AS (
	INSERT INTO list_items (list_id, gift_id, status, notes, price,
	                        quantity)
	VALUES (:list, :gift_id, :status, :notes?, :price?::float8, :quantity)
	RETURNING *
)
SELECT i.id, i.list_id, i.gift_id, g.id AS "gift.id", g.name AS "gift.name",
       g.url AS "gift.url", g.price AS "gift.price", i.status,
       i.assigned_to_id, i.assigned_at, i.assigned_by_id, i.notes, i.price,
       i.quantity, i.version, i.created_at, i.updated_at
  FROM i
  JOIN gifts g ON g.id = i.gift_id;

-- name: lock_list_item :maybe -> ListItem
-- Until the end of the transaction nobody else changes it, nor deletes its
-- list: that is locked first, as whoever deletes it does.
SELECT i.id, i.list_id, i.gift_id, g.id AS "gift.id", g.name AS "gift.name",
       g.url AS "gift.url", g.price AS "gift.price", i.status,
       i.assigned_to_id, i.assigned_at, i.assigned_by_id, i.notes, i.price,
       i.quantity, i.version, i.created_at, i.updated_at
  FROM list_items i
  JOIN gifts g ON g.id = i.gift_id
  JOIN gift_lists l ON l.id = i.list_id
 WHERE i.id = :id
   AND list_is_seen(l.visibility, l.created_by, :viewer, :admin)
   FOR KEY SHARE OF l FOR NO KEY UPDATE OF i;

-- name: update_list_item :maybe -> ListItem
-- Leaves what is null as it is; what may be null itself changes where
-- change_... says so.  No row where there is no such gift.
UPDATE list_items i
   SET gift_id = g.id,
       notes = CASE WHEN :change_notes THEN :notes? ELSE i.notes END,
       price = CASE WHEN :change_price THEN :price?::float8::numeric
               ELSE i.price END,
       quantity = coalesce(:quantity?, i.quantity),
       version = i.version + 1,
       updated_at = now()
  FROM gifts g
 WHERE i.id = :id AND g.id = coalesce(:gift_id?, i.gift_id)
RETURNING i.id, i.list_id, i.gift_id, g.id AS "gift.id", g.name AS "gift.name",
          g.url AS "gift.url", g.price AS "gift.price", i.status,
          i.assigned_to_id, i.assigned_at, i.assigned_by_id, i.notes, i.price,
          i.quantity, i.version, i.created_at, i.updated_at;

-- name: update_list_item_status :one -> ListItem
UPDATE list_items i
   SET status = :status, version = i.version + 1, updated_at = now()
  FROM gifts g
 WHERE i.id = :id AND g.id = i.gift_id
RETURNING i.id, i.list_id, i.gift_id, g.id AS "gift.id", g.name AS "gift.name",
          g.url AS "gift.url", g.price AS "gift.price", i.status,
          i.assigned_to_id, i.assigned_at, i.assigned_by_id, i.notes, i.price,
          i.quantity, i.version, i.created_at, i.updated_at;

-- name: assign_list_item :one -> ListItem
-- To nobody where assigned_to_id is null; then who did that, and when, is kept
-- too.
UPDATE list_items i
   SET assigned_to_id = :assigned_to_id?, assigned_at = now(),
       assigned_by_id = :viewer, version = i.version + 1, updated_at = now()
  FROM gifts g
 WHERE i.id = :id AND g.id = i.gift_id
RETURNING i.id, i.list_id, i.gift_id, g.id AS "gift.id", g.name AS "gift.name",
          g.url AS "gift.url", g.price AS "gift.price", i.status,
          i.assigned_to_id, i.assigned_at, i.assigned_by_id, i.notes, i.price,
          i.quantity, i.version, i.created_at, i.updated_at;

-- name: delete_list_item :exec
DELETE FROM list_items WHERE id = :id;
