-- What events tell before the lists do. Times are ISO text as the systems give them, or integer milliseconds.

-- How far an instance is that events told of: started, settling (over, and its people may still change), settled.
-- Empty when no event told of it.
ALTER TABLE instances ADD COLUMN live TEXT;
ALTER TABLE instances ADD COLUMN next_read BIGINT; -- when its people are to be read; empty when they are final
ALTER TABLE instances ADD COLUMN print TEXT; -- of the last reading, to see whether the next one differs
ALTER TABLE instances ADD COLUMN print_at BIGINT; -- since when it has been the same
ALTER TABLE instances ADD COLUMN recording_url TEXT;
ALTER TABLE instances ADD COLUMN recording_at TEXT;

-- Accounts of the people on the source's side.
CREATE TABLE accounts (
  source  TEXT   NOT NULL,
  id      TEXT   NOT NULL,
  email   TEXT   NOT NULL, -- lower case
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (source, id)
);

-- Registrations by events: the newest word on each person and series.
CREATE TABLE registrations (
  source          TEXT   NOT NULL,
  series          TEXT   NOT NULL,
  email           TEXT   NOT NULL, -- lower case
  kind            TEXT   NOT NULL, -- meeting | webinar
  topic           TEXT   NOT NULL,
  starts_at       TEXT   NOT NULL, -- the first occurrence that it is for
  first_name      TEXT   NOT NULL,
  last_name       TEXT   NOT NULL,
  status          TEXT   NOT NULL, -- approved | pending | denied | cancelled
  registered_at   TEXT   NOT NULL,
  registered_from TEXT,
  answers         TEXT   NOT NULL, -- JSON
  told            BIGINT NOT NULL, -- order of the events: an older one that comes late changes nothing
  PRIMARY KEY (source, series, email)
);

CREATE INDEX registrations_by_email ON registrations (source, email);

-- Who came and left, by events; kept until the lists are final.
CREATE TABLE stays (
  source     TEXT NOT NULL,
  instance   TEXT NOT NULL,
  user_id    TEXT NOT NULL, -- new at each join
  name       TEXT NOT NULL,
  registrant TEXT,
  email      TEXT,
  account    TEXT,
  joined_at  TEXT,
  left_at    TEXT,
  PRIMARY KEY (source, instance, user_id)
);

-- Files of recordings. An instance gives several events, as its files are finished one by one.
CREATE TABLE recordings (
  source     TEXT NOT NULL,
  instance   TEXT NOT NULL,
  file       TEXT NOT NULL,
  type       TEXT NOT NULL,
  status     TEXT NOT NULL,
  started_at TEXT,
  ended_at   TEXT,
  bytes      BIGINT,
  PRIMARY KEY (source, instance, file)
);

-- Who sends. What a sender holds is its own until it is dead; then an event is in doubt, and a contact waits again.
CREATE TABLE senders (
  id          TEXT   PRIMARY KEY,
  alive_until BIGINT NOT NULL
);

ALTER TABLE deliveries ADD COLUMN owner TEXT; -- the sender that holds it

-- What waits, in the order of the ledger: a long run sends it page by page.
CREATE INDEX deliveries_waiting ON deliveries (audience, person, instance, effect) WHERE state = 'planned';
