-- What other processes may know of a run, and ask of it.
ALTER TABLE runs ADD COLUMN origin TEXT NOT NULL DEFAULT 'command'; -- command | server | schedule
ALTER TABLE runs ADD COLUMN progress TEXT; -- JSON: how far it is
ALTER TABLE runs ADD COLUMN error TEXT; -- JSON: why it failed
-- The last sign of life of the process that does it, and when somebody asked it to end.
ALTER TABLE runs ADD COLUMN alive_at BIGINT;
ALTER TABLE runs ADD COLUMN stop_at BIGINT;
-- Runs with the same text here must not go on at the same time; the index sees to it, over all processes.
ALTER TABLE runs ADD COLUMN alone TEXT;

CREATE UNIQUE INDEX runs_alone ON runs (alone) WHERE state = 'running' AND alone IS NOT NULL;

CREATE INDEX runs_by_start ON runs (started_at);
