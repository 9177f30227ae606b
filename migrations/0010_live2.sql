-- What events tell of rows, on its way into the tables of a destination: kept until it stands there.
CREATE TABLE pushed_rows (
  id          TEXT   PRIMARY KEY, -- the event, and the place of the row among those that it tells of
  connection  TEXT   NOT NULL,
  stream      TEXT   NOT NULL,
  event       TEXT   NOT NULL, -- id in the inbox
  happened_at BIGINT NOT NULL, -- milliseconds since the epoch
  content     TEXT   NOT NULL  -- JSON: members of the row, where it belongs, whether it is gone
);

CREATE INDEX pushed_rows_in_order ON pushed_rows (happened_at, id);
