-- name: no_column :many
SELECT id, nam
  FROM pets;

-- name: behind_parameters :many
SELECT id
  FROM pets
 WHERE id = :a_long_name AND id > :a_long_name
   AND ünknown = :b;

-- name: syntax :exec
UPDATE pets SET name 'x' WHERE id = :id;

-- name: no_type :one
SELECT :what;

-- name: two_types :many
SELECT id FROM pets WHERE id = :id OR name = :id;

-- name: no_operator :many
SELECT id FROM pets WHERE born = 3;

-- name: no_table :count
DELETE FROM pet WHERE id = :id;

-- name: twice :many
SELECT p.id, k.id FROM pets p JOIN keepers k ON k.pet = p.id;

-- name: unnamed :many
SELECT id, 1 + 1 FROM pets;

-- name: no_rows :many
DELETE FROM pets WHERE id = :id;

-- name: strange :many
SELECT id, '127.0.0.1'::inet AS address FROM pets;

-- name: strange_parameter :exec
DELETE FROM pets WHERE '127.0.0.1'::inet << :net;

-- name: no_function :one
SELECT lowr(:name);
