-- How the database is.

-- name: missing_migrations :one
-- How many of those that the server was built with are not applied, or not
-- whole.
SELECT count(*)
  FROM unnest(:names::text[]) AS n (name)
 WHERE NOT EXISTS (SELECT FROM schema_migrations m
                    WHERE m.name = n.name AND m.statements_done IS NULL);
