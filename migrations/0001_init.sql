-- What a call budget has used. Times are microseconds since the epoch, because intervals such as 12.9 ms
-- must not be rounded: `tat` is when the key would be idle again, `blocked_until` when it may be used again.
CREATE TABLE budgets (
  key TEXT PRIMARY KEY,
  tat BIGINT NOT NULL,
  blocked_until BIGINT NOT NULL
);

-- Calls used by UTC day (YYYY-MM-DD).
CREATE TABLE budget_days (
  key TEXT NOT NULL,
  day TEXT NOT NULL,
  used BIGINT NOT NULL,
  PRIMARY KEY (key, day)
);

-- One row per key that waits or runs. A wake-up that arrives while the key runs is kept in `again_at` of the same row,
-- so that more than one waiting and one running job of a key cannot be written down. `held` waits as well, for the end
-- of its backoff, which new wake-ups do not shorten.
CREATE TABLE jobs (
  queue TEXT NOT NULL,
  key TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'held', 'running')),
  payload TEXT,
  priority BIGINT NOT NULL,
  run_at BIGINT NOT NULL,
  again_at BIGINT,
  attempts BIGINT NOT NULL,
  -- While it runs: which process has it, and the number of the claim that gave it to it. Only who still holds both may
  -- write what became of it.
  owner TEXT,
  claim BIGINT,
  PRIMARY KEY (queue, key)
);

-- Claiming asks for the highest priority, then for its earliest time; both are one seek here.
CREATE INDEX jobs_ready ON jobs (queue, priority DESC, run_at) WHERE state <> 'running';

-- What is put back when its process is gone.
CREATE INDEX jobs_running ON jobs (owner) WHERE state = 'running';

-- Processes that run jobs. One that did not move `alive_until` on in time is dead, and its jobs wait again.
CREATE TABLE job_workers (
  id TEXT PRIMARY KEY,
  alive_until BIGINT NOT NULL,
  -- Host and process, for people.
  about TEXT NOT NULL
);

-- Jobs that are not tried again by themselves: the newest failure of each key. The id is `queue/key`.
CREATE TABLE dead_jobs (
  id TEXT PRIMARY KEY,
  queue TEXT NOT NULL,
  key TEXT NOT NULL,
  payload TEXT,
  priority BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  kind TEXT,
  message TEXT NOT NULL,
  hint TEXT NOT NULL,
  cause TEXT NOT NULL,
  died_at BIGINT NOT NULL
);

-- Wake-ups that come round: the next one of each, taken by moving `next_at` on.
CREATE TABLE schedules (
  name TEXT PRIMARY KEY,
  queue TEXT NOT NULL,
  key TEXT NOT NULL,
  -- Milliseconds, or a cron expression in UTC.
  rule TEXT NOT NULL,
  next_at BIGINT NOT NULL
);
