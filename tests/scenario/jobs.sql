-- What the jobs of jobs.c have done.
CREATE TABLE run (
	job bigint NOT NULL,
	payload integer NOT NULL,
	attempt bigint NOT NULL,
	process bigint NOT NULL,
	kind text NOT NULL
);

CREATE TABLE ended (job bigint NOT NULL, payload integer NOT NULL);
