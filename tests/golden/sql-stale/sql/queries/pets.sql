-- name: same :one
SELECT count(*) FROM pets;

-- name: changed :one
SELECT count(*) FROM pets WHERE id > :other;

-- name: new :one
SELECT count(*) FROM pets;
