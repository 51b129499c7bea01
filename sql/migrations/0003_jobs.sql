-- What the runtime keeps of jobs (docs/reference/jobs.md).  A service of your own
-- that has jobs has these tables, too: copy this file to its migrations.

-- Jobs that wait, or are at work: then a worker has them until locked_until,
-- which it puts off as long as it lives.
CREATE TABLE job (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind text NOT NULL,
	-- json, not jsonb: as it was written.
	payload json NOT NULL DEFAULT 'null',
	priority smallint NOT NULL DEFAULT 2 CHECK (priority BETWEEN 1 AND 3),
	unique_key text,
	run_at timestamptz NOT NULL DEFAULT now(),
	-- How often it was begun.
	attempts integer NOT NULL DEFAULT 0,
	max_attempts integer NOT NULL CHECK (max_attempts > 0),
	locked_until timestamptz,
	locked_by text,
	-- Why the last attempt has failed.
	error text,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX job_unique_key ON job (kind, unique_key)
WHERE unique_key IS NOT NULL;

-- The order in which they are taken.
CREATE INDEX job_next ON job (priority, run_at, id);

-- Many rows come and go.  The pages stay: to give them back would lock all workers
-- out, and plans that are made for an empty table would read all of it when many
-- jobs come at once.
ALTER TABLE job SET (
	vacuum_truncate = false,
	autovacuum_vacuum_scale_factor = 0.02,
	autovacuum_analyze_scale_factor = 0.02,
	fillfactor = 80
);

-- Jobs that were given up.
CREATE TABLE job_dead (
	id bigint PRIMARY KEY,
	kind text NOT NULL,
	payload json NOT NULL,
	priority smallint NOT NULL,
	unique_key text,
	attempts integer NOT NULL,
	max_attempts integer NOT NULL,
	error text NOT NULL,
	created_at timestamptz NOT NULL,
	died_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX job_dead_died_at ON job_dead (died_at);

-- The last time for which each entry of the crontab was enqueued.
CREATE TABLE job_cron (
	name text PRIMARY KEY,
	tick timestamptz NOT NULL
);
