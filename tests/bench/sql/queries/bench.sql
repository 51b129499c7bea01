-- name: get_item :maybe :read -> Item
SELECT id, name, price, made_at FROM items WHERE id = :id;

-- name: list_items :many :read -> Item
SELECT id, name, price, made_at FROM items ORDER BY id LIMIT 100;

-- name: insert_part :one
INSERT INTO parts (sku, name, kind, quantity, price, active, made_at,
                   expires_on, owner, note)
VALUES (:sku, :name, :kind, :quantity, :price, :active, :made_at,
        :expires_on?, :owner, :note?)
RETURNING id;

-- name: sleep :exec
SELECT pg_sleep(0.1);
