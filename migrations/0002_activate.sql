-- What is known of meetings and of the people in them, and what was sent of it. Times are ISO text as the systems
-- give them, or integer milliseconds where we took them ourselves.

CREATE TABLE instances (
  source      TEXT    NOT NULL, -- name of the connection it was read from
  id          TEXT    NOT NULL,
  series      TEXT    NOT NULL,
  kind        TEXT    NOT NULL, -- meeting | webinar
  topic       TEXT    NOT NULL,
  host_email  TEXT,
  started_at  TEXT    NOT NULL,
  ended_at    TEXT,
  started_ms  BIGINT  NOT NULL,
  state       TEXT    NOT NULL, -- found | read | failed
  read_at     BIGINT,
  skips       TEXT,             -- JSON: parts that could not be had, and why
  error       TEXT,             -- JSON: why reading it failed
  PRIMARY KEY (source, id)
);

CREATE INDEX instances_by_start ON instances (source, started_ms);

CREATE TABLE facts (
  source            TEXT    NOT NULL,
  instance          TEXT    NOT NULL,
  person            TEXT    NOT NULL, -- lower-case address, or registrant:…, account:…, guest:… when there is none
  email             TEXT,
  name              TEXT    NOT NULL,
  first_name        TEXT    NOT NULL,
  last_name         TEXT    NOT NULL,
  status            TEXT    NOT NULL, -- attended | absent | registered | pending | denied | unclear
  joins             BIGINT  NOT NULL,
  seconds           BIGINT  NOT NULL,
  percent           DOUBLE PRECISION NOT NULL,
  first_join        TEXT,
  last_leave        TEXT,
  registrant_status TEXT,
  registered_at     TEXT,
  registered_from   TEXT,             -- name of the tracked link
  answers           TEXT    NOT NULL, -- JSON: registration questions and answers
  PRIMARY KEY (source, instance, person)
);

CREATE INDEX facts_by_email ON facts (source, email);

CREATE TABLE deliveries (
  audience   TEXT    NOT NULL, -- name of the connection it is sent to
  person     TEXT    NOT NULL, -- lower-case address
  instance   TEXT    NOT NULL, -- id of the instance or series; empty for the contact itself
  effect     TEXT    NOT NULL, -- contact | event:<name>
  state      TEXT    NOT NULL, -- planned | sending | done | refused | skipped
  hash       TEXT    NOT NULL, -- of the payload: the same again is not sent again
  payload    TEXT    NOT NULL, -- JSON
  at         TEXT,             -- when the event happened
  attempts   BIGINT  NOT NULL DEFAULT 0,
  error      TEXT,             -- JSON: the last failure, or why it was refused or skipped
  updated_at BIGINT  NOT NULL,
  PRIMARY KEY (audience, person, instance, effect)
);

CREATE INDEX deliveries_by_state ON deliveries (audience, state, effect);

CREATE TABLE runs (
  id          TEXT    PRIMARY KEY,
  kind        TEXT    NOT NULL,
  options     TEXT    NOT NULL, -- JSON
  state       TEXT    NOT NULL, -- running | done | failed
  started_at  BIGINT  NOT NULL,
  finished_at BIGINT,
  summary     TEXT              -- JSON
);
