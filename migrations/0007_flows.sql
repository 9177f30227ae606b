-- Flows, and what they did. Times are milliseconds since the epoch.

-- Flows that were stored over the API; those of the configuration file stand there.
CREATE TABLE flows (
  id TEXT PRIMARY KEY,
  definition TEXT NOT NULL, -- JSON, as it was given
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- What people switched on or off, whatever the definition of the flow says.
CREATE TABLE flow_switches (
  flow TEXT PRIMARY KEY,
  enabled BIGINT NOT NULL, -- 1 or 0
  changed_at BIGINT NOT NULL
);

-- Definitions by the hash of their text: a run ends with the one that it began with.
CREATE TABLE flow_versions (
  hash TEXT PRIMARY KEY,
  definition TEXT NOT NULL -- JSON
);

CREATE TABLE flow_runs (
  -- Begins with the time, so that ids are in the order in which runs were made.
  id TEXT PRIMARY KEY,
  flow TEXT NOT NULL,
  version TEXT NOT NULL, -- hash of the definition
  origin TEXT NOT NULL, -- event | schedule | person
  -- What it is for: a flow and an event, a time, or an order of a person. There is one run of each.
  claim TEXT NOT NULL UNIQUE,
  -- Runs of one lane go one after the other. Empty: beside all others.
  lane TEXT,
  state TEXT NOT NULL CHECK (state IN
    ('queued', 'running', 'waiting', 'done', 'partly', 'failed', 'in-doubt', 'skipped', 'stopped')),
  trigger_shown TEXT NOT NULL, -- JSON, with secrets blanked
  trigger_sealed TEXT, -- the same as it is, encrypted; empty when nothing had to be blanked, or when it is not needed any more
  output TEXT, -- JSON, with secrets blanked
  error TEXT, -- JSON
  created_at BIGINT NOT NULL, -- `now` of its expressions
  started_at BIGINT,
  resume_at BIGINT, -- when it goes on; only while it waits
  finished_at BIGINT
);

CREATE INDEX flow_runs_by_flow ON flow_runs (flow, id);

-- The next of a lane.
CREATE INDEX flow_runs_lane ON flow_runs (lane, id) WHERE state IN ('queued', 'running', 'waiting');

-- What is not over: put back to work when its wake-up was lost.
CREATE INDEX flow_runs_open ON flow_runs (id) WHERE state IN ('queued', 'running', 'waiting');

-- One row for each step of a run, and for each item of a step that is done for each of several.
CREATE TABLE flow_items (
  run TEXT NOT NULL,
  step TEXT NOT NULL,
  item BIGINT NOT NULL, -- 0 when the step is done once
  -- `sending` is written before the call is made: who finds it after a crash does not know whether it was.
  state TEXT NOT NULL CHECK (state IN ('sending', 'waiting', 'done', 'failed', 'in-doubt', 'skipped')),
  attempts BIGINT NOT NULL,
  input_shown TEXT, -- JSON, with secrets blanked
  input_sealed TEXT,
  output_shown TEXT,
  output_sealed TEXT,
  -- Characters of the whole output, of which nothing is kept when there are too many.
  output_size BIGINT,
  error TEXT, -- JSON
  started_at BIGINT NOT NULL,
  finished_at BIGINT,
  PRIMARY KEY (run, step, item)
);
