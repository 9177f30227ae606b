-- Webhooks as they arrived, and what became of them. The row is written before the sender is told that it came.
CREATE TABLE inbox (
  -- Time of the event, and a hash of the connection and the deduplication key: the same delivery has the same id,
  -- however often it is tried.
  id TEXT PRIMARY KEY,
  connection TEXT NOT NULL,
  -- Empty when the body was not JSON or did not say.
  event TEXT NOT NULL,
  account TEXT,
  -- When it happened, by the sender: milliseconds since the epoch.
  happened_at BIGINT,
  -- When it arrived: microseconds since the epoch, so that the order of arrival is not lost within a millisecond.
  received_us BIGINT NOT NULL,
  dedupe_key TEXT NOT NULL,
  -- How it was proven: signature | token
  verdict TEXT NOT NULL,
  -- JSON: those headers that tell something, without credentials.
  headers TEXT NOT NULL,
  -- The bytes that came, with secrets blanked. (SQLite gives a column of this type no text to convert.)
  body BYTEA NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('received', 'handled', 'ignored', 'failed')),
  -- Events of one lane are handled in the order of arrival; without a lane, each for itself.
  lane TEXT,
  attempts BIGINT NOT NULL,
  -- JSON: names of the handlers that have done their part.
  done TEXT NOT NULL,
  -- JSON: the last failure, with what to do about it.
  error TEXT,
  settled_at BIGINT,
  replays BIGINT NOT NULL
);

-- Listing and pruning go by age.
CREATE INDEX inbox_by_arrival ON inbox (received_us);

-- The next of a lane, and what a lost wake-up left behind.
CREATE INDEX inbox_waiting ON inbox (lane, received_us) WHERE state = 'received';

-- Dead letters, which are few among many.
CREATE INDEX inbox_failed ON inbox (received_us) WHERE state = 'failed';
