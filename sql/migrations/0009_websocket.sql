-- What the runtime keeps of WebSockets (docs/reference/topics.md).  A service of
-- your own that has some has these tables, too: copy this file to its migrations.
-- None of it outlives the sockets: a crash of the database may empty them.

-- Messages that are too large for NOTIFY, until each worker has fetched them.
CREATE UNLOGGED TABLE websocket_message (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	body text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);

-- Workers that tell who is there, as long as they live.
CREATE UNLOGGED TABLE websocket_worker (
	id uuid PRIMARY KEY,
	expires_at timestamptz NOT NULL
);

-- Whose sockets have subscribed to what.
CREATE UNLOGGED TABLE websocket_presence (
	topic text NOT NULL,
	user_id bigint NOT NULL,
	worker uuid NOT NULL REFERENCES websocket_worker ON DELETE CASCADE,
	PRIMARY KEY (topic, user_id, worker)
);

CREATE INDEX websocket_presence_worker ON websocket_presence (worker);
