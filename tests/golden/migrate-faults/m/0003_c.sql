-- An index.
-- kontract: no transactions

CREATE INDEX CONCURRENTLY ON a (id);
