-- The rows of GET /items and GET /items/{id}.
CREATE TABLE items (
    id bigint PRIMARY KEY,
    name text NOT NULL,
    price double precision NOT NULL,
    made_at timestamptz NOT NULL
);
INSERT INTO items
SELECT i, 'Item number ' || i, i * 1.25,
       timestamptz '2024-02-29 12:34:56Z' + i * interval '1 minute'
  FROM generate_series(1, 1000) i;
ANALYZE items;

-- What POST /parts adds to.
CREATE TABLE parts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sku text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    quantity integer NOT NULL,
    price double precision NOT NULL,
    active boolean NOT NULL,
    made_at timestamptz NOT NULL,
    expires_on date,
    owner uuid NOT NULL,
    note text
);
