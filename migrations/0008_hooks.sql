-- Addresses at which systems push events to us: below /hooks, each with an id that nobody can guess.
CREATE TABLE hooks (
  -- Name that people give it. Its events stand in the inbox under the connection 'hook:<name>'.
  name TEXT PRIMARY KEY,
  -- static: a person gives our address to the system. resthook: operations of a connection subscribe.
  kind TEXT NOT NULL CHECK (kind IN ('static', 'resthook')),
  -- Whose operations subscribe, and which of its connector's webhooks it is; null for a hook by itself.
  connection TEXT,
  webhook TEXT,
  -- JSON: the settings of a hook by itself; null when they stand with the connector.
  settings TEXT,
  -- JSON: names of events that were asked for; null for all.
  events TEXT,
  -- The id of the address and the secrets, encrypted.
  sealed TEXT NOT NULL,
  -- What a person wants of it, and what is so.
  wanted TEXT NOT NULL CHECK (wanted IN ('on', 'off', 'gone')),
  state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'off', 'failed')),
  -- The other side's id of the subscription; null when there is none.
  subscription TEXT,
  -- A subscription was asked for and no answer noted: there may be one that nobody here knows.
  asked BIGINT NOT NULL,
  -- Milliseconds since the epoch, like all times here; null when it has no end.
  expires_at BIGINT,
  -- When it is to be looked at again; null when nothing is to be done.
  due_at BIGINT,
  -- Failures since the last success.
  attempts BIGINT NOT NULL,
  -- JSON: the last failure, with what to do about it.
  problem TEXT,
  -- Whoever changes it on the other side holds it until then.
  lease_until BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  -- Rises with every change that a receiver must know of.
  version BIGINT NOT NULL
);

CREATE INDEX hooks_due ON hooks (due_at);

-- Every address there ever was, by the SHA-256 of its id: who comes to one that is over is told so (410).
CREATE TABLE hook_addresses (
  hash TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- Since when it is over; null while it lasts. May lie ahead.
  over_at BIGINT
);
