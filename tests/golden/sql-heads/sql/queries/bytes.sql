-- name: bytes :one
SELECT 1 ÿ;
