-- The same rows, each of which takes the database a moment: what a server can
-- answer is bounded by that then, and not by the processors, which the clients
-- need, too.
CREATE SCHEMA slow;

CREATE VIEW slow.items AS
	SELECT items.* FROM public.items, pg_sleep(0.0005);

SELECT format('ALTER DATABASE %I SET search_path = slow, public',
	current_database()) \gexec
