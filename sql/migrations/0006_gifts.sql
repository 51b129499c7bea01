-- Gifts: what is known of them, and how they are found.

-- What a search finds is told by a text's words and by the shape of names.  The
-- extension comes with PostgreSQL, and the owner of a database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

ALTER TABLE gifts
	ADD currency text CHECK (currency ~ '^[A-Z]{3}$'),
	ADD image_url text CHECK (length(image_url) <= 2048),
	ADD source text CHECK (length(source) BETWEEN 1 AND 255),
	ADD description text CHECK (length(description) <= 5000),
	ADD tags text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 20),
	-- What has come of reading the page at url.
	ADD parse_status text NOT NULL DEFAULT 'none' CHECK (parse_status IN
		('none', 'parsed', 'failed')),
	ADD parse_error text CHECK (parse_error IN
		('refused', 'unreachable', 'timeout', 'too_large', 'redirect',
			'status', 'media_type', 'no_product')),
	ADD CHECK ((parse_status = 'failed') = (parse_error IS NOT NULL));

-- The words of a gift, those of its name first.  That it is immutable has to be
-- said: array_to_string() is not for arrays of any type, though it is for texts.
CREATE FUNCTION gift_words(name text, tags text[], source text,
	description text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN setweight(to_tsvector('pg_catalog.english', name), 'A') ||
	setweight(to_tsvector('pg_catalog.english',
		array_to_string(tags, ' ')), 'B') ||
	setweight(to_tsvector('pg_catalog.english',
		concat_ws(' ', source, description)), 'C');

ALTER TABLE gifts ADD words tsvector NOT NULL
	GENERATED ALWAYS AS (gift_words(name, tags, source, description))
	STORED;

CREATE INDEX gifts_words ON gifts USING gin (words);
CREATE INDEX gifts_name ON gifts USING gin (name gin_trgm_ops);
CREATE INDEX gifts_tags ON gifts USING gin (tags);
