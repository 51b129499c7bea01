-- Gifts, which may stand on lists.

-- name: count_gifts :one :read
-- Filters that are null do not count.  That ids are positive is told to the
-- planner, so that it may walk along an index.
SELECT count(*)
  FROM gifts
 WHERE id > 0
   AND (:q?::text IS NULL OR words @@ websearch_to_tsquery('english', :q) OR
        :q <% name)
   AND (:tag?::text IS NULL OR tags @> ARRAY[:tag])
   AND (:source?::text IS NULL OR source = :source)
   AND (:min_price?::float8 IS NULL OR price >= :min_price::numeric)
   AND (:max_price?::float8 IS NULL OR price <= :max_price::numeric);

-- name: list_gifts :many :read -> Gift
-- A page of them, and one row more where another page follows.
SELECT id, name, url, price, currency, image_url, source, description, tags,
       parse_status, parse_error, created_at, updated_at
  FROM gifts
 WHERE id > :after
   AND (:q?::text IS NULL OR words @@ websearch_to_tsquery('english', :q) OR
        :q <% name)
   AND (:tag?::text IS NULL OR tags @> ARRAY[:tag])
   AND (:source?::text IS NULL OR source = :source)
   AND (:min_price?::float8 IS NULL OR price >= :min_price::numeric)
   AND (:max_price?::float8 IS NULL OR price <= :max_price::numeric)
 ORDER BY id
 LIMIT :size::bigint + 1 OFFSET :skip::bigint;

-- name: count_found_gifts :one :read
SELECT count(*)
  FROM gifts
 WHERE words @@ websearch_to_tsquery('english', :q) OR :q <% name;

-- name: search_gifts :many :read -> FoundGift
-- The best first: half of `relevance` is how much the name looks like q, half
-- how much its words weigh.  `after` is the place that the page before ended
-- with, (1000 - relevance) * 10^14 + id; 0 for none.
SELECT id, name, url, price, currency, image_url, source, description, tags,
       parse_status, parse_error, created_at, updated_at,
       relevance AS "relevance!"
  FROM (SELECT *, least(1000, round(500 * (word_similarity(:q, name) +
               ts_rank(words, websearch_to_tsquery('english', :q)))))::bigint
               AS relevance
          FROM gifts
         WHERE words @@ websearch_to_tsquery('english', :q) OR :q <% name)
       AS found
 WHERE (1000 - relevance) * 100000000000000 + id > :after
 ORDER BY relevance DESC, id
 LIMIT :size::bigint + 1 OFFSET :skip::bigint;

-- name: insert_gift :one -> Gift
INSERT INTO gifts (name, url, price, currency, image_url, source, description,
                   tags, parse_status, parse_error)
VALUES (btrim(:name), :url?, :price?, :currency?, :image_url?, :source?,
        :description?, :tags, :parse_status, :parse_error?)
RETURNING id, name, url, price, currency, image_url, source, description, tags,
          parse_status, parse_error, created_at, updated_at;

-- name: get_gift :maybe :read -> Gift
SELECT id, name, url, price, currency, image_url, source, description, tags,
       parse_status, parse_error, created_at, updated_at
  FROM gifts
 WHERE id = :id;

-- name: lock_gift :maybe -> Gift
-- Until the end of the transaction nobody else changes it.
SELECT id, name, url, price, currency, image_url, source, description, tags,
       parse_status, parse_error, created_at, updated_at
  FROM gifts
 WHERE id = :id
   FOR NO KEY UPDATE;

-- name: update_gift :one -> Gift
-- Leaves what is null as it is; what may be null itself changes where
-- change_... says so.  Of another page nothing has been read.
UPDATE gifts
   SET name = coalesce(btrim(:name?), name),
       url = CASE WHEN :change_url THEN :url? ELSE url END,
       price = CASE WHEN :change_price THEN :price? ELSE price END,
       currency = CASE WHEN :change_currency THEN :currency?
                  ELSE currency END,
       image_url = CASE WHEN :change_image_url THEN :image_url?
                   ELSE image_url END,
       source = CASE WHEN :change_source THEN :source? ELSE source END,
       description = CASE WHEN :change_description THEN :description?
                     ELSE description END,
       tags = coalesce(:tags?, tags),
       parse_status = CASE WHEN :change_url AND url IS DISTINCT FROM :url
                      THEN 'none' ELSE parse_status END,
       parse_error = CASE WHEN :change_url AND url IS DISTINCT FROM :url
                     THEN NULL ELSE parse_error END,
       updated_at = now()
 WHERE id = :id
RETURNING id, name, url, price, currency, image_url, source, description, tags,
          parse_status, parse_error, created_at, updated_at;

-- name: delete_gift :exec
DELETE FROM gifts WHERE id = :id;
