-- What people say of lists, items, occasions, persons and gifts.

-- name: find_comment_parent :maybe :read
-- The list by which it is decided who sees the parent; null for one that all
-- see.
SELECT l.id AS "list_id?"
  FROM gift_lists l
 WHERE :type::text = 'list' AND l.id = :id
   AND list_is_seen(l.visibility, l.created_by, :viewer, :admin)
 UNION ALL
SELECT l.id
  FROM list_items i
  JOIN gift_lists l ON l.id = i.list_id
 WHERE :type = 'list_item' AND i.id = :id
   AND list_is_seen(l.visibility, l.created_by, :viewer, :admin)
 UNION ALL
SELECT NULL FROM occasions WHERE :type = 'occasion' AND id = :id
 UNION ALL
SELECT NULL FROM persons WHERE :type = 'person' AND id = :id
 UNION ALL
SELECT NULL FROM gifts WHERE :type = 'gift' AND id = :id;

-- name: count_comments :one :read
SELECT count(*)
  FROM comments
 WHERE parent_type = :parent_type AND parent_id = :parent_id;

-- name: list_comments :many :read -> Comment
-- A page of comments, and one more where another page follows.
SELECT c.id, c.parent_type, c.parent_id, c.content, c.author_id,
       (SELECT u.name FROM users u WHERE u.id = c.author_id) AS author_name,
       c.created_at
  FROM comments c
 WHERE c.parent_type = :parent_type AND c.parent_id = :parent_id
   AND c.id > :after
 ORDER BY c.id
 LIMIT :size::bigint + 1 OFFSET :skip::bigint;

-- name: insert_comment :one -> Comment
INSERT INTO comments AS c (parent_type, parent_id, content, author_id)
VALUES (:parent_type, :parent_id, :content, :viewer)
RETURNING c.id, c.parent_type, c.parent_id, c.content, c.author_id,
          (SELECT u.name FROM users u WHERE u.id = c.author_id) AS author_name,
          c.created_at;
