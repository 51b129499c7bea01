-- name: x :one
SELECT 1;
