-- Fills the table of GET /items and GET /items/{id}.
INSERT INTO items
SELECT i, 'Item number ' || i, i * 1.25,
       timestamptz '2024-02-29 12:34:56Z' + i * interval '1 minute'
  FROM generate_series(1, 1000) i;
ANALYZE items;
