-- What waits and what somebody has to look at is counted for every look at how things stand, so it is counted from
-- indexes that hold nothing else, however much there is that has been done.
CREATE INDEX flow_runs_counted ON flow_runs (flow, state)
  WHERE state IN ('queued', 'running', 'waiting', 'partly', 'failed', 'in-doubt');

DROP INDEX inbox_waiting;
CREATE INDEX inbox_waiting ON inbox (lane, received_us, connection) WHERE state = 'received';

DROP INDEX inbox_failed;
CREATE INDEX inbox_failed ON inbox (received_us, connection) WHERE state = 'failed';
