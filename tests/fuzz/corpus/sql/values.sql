-- name: insert_all :exec
-- Each type as a parameter that may be null.
INSERT INTO pets (legs, name, mood, born, weight, chip, seen, tags, marks,
                  more, price, photo, fed, pause, stay, season)
VALUES (:legs?, :name?, :mood?, :born?, :weight?, :chip?, :seen?, :tags?,
        :marks?, :more?, :price?, :photo?, :fed?, :pause?, :stay?, :season?);

-- name: read_all :many
SELECT legs, name, mood, born, weight, chip, seen, tags, marks, more, price,
       home, photo, fed, pause, stay, season, legs::float4 AS "float",
       legs::int4 AS "int!", ARRAY[mood] AS moods, ARRAY[home] AS homes,
       ARRAY[fed] AS feeds, ARRAY[more] AS "mores", now()::timestamp AS "now?",
       ARRAY[price] AS prices, ARRAY[photo] AS photos
  FROM pets;

-- name: each_pet :stream
SELECT id, name, price FROM pets WHERE id > :after ORDER BY id;

-- name: each_id :stream
SELECT id FROM pets;

-- name: each_of :stream -> struct keeper
SELECT id, name FROM keepers WHERE id = ANY (:ids);

-- name: find_keeper :maybe -> struct keeper
SELECT id, name FROM keepers WHERE name = :int AND "class" = :class;

-- name: put_arrays :count
UPDATE pets
   SET tags = :tags
 WHERE legs = ANY (:legs) AND weight = ANY (:weights) AND price = ANY (:prices)
    OR chip = ANY (:chips::uuid[]) OR born = ANY (:days::date[])
    OR seen = ANY (:times::timestamptz[]) OR photo = ANY (:photos::bytea[])
    OR fed = ANY (:feeds::time[]) OR true = ANY (:yes::bool[])
    OR mood = ANY (:moods::text[]::mood[]);

-- name: count_pets :one
SELECT count(*) FROM pets;

-- name: has_pets :one
SELECT NOT EXISTS (SELECT FROM pets) AS empty;

-- name: newest :maybe
-- Null where there is none: a struct, with has_max.
SELECT max(seen) FROM pets;

-- name: moods :maybe
SELECT mood FROM pets WHERE mood = :mood LIMIT 1;

-- name: traps :one
-- What looks like a parameter and is none, and one that does not.
SELECT ':a' || ':b''c' || E'\':d' || $$:e$$ || $x$ :f $$ $x$ AS "text!",
       /* :g /* :h */ :i */ (ARRAY[:j, 2])[1:2] AS "slice!", -- :k
       tags[1:legs], ':l'::text AS l, U&':m' AS m,
       more::jsonb ? 'a' AS has, '{"a":1}'::jsonb ?| ARRAY[:n] AS "any!",
       1 AS "col:q", :j<--:r
       3 AS less
  FROM pets;
