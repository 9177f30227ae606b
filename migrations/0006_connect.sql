-- Connectors that people build. A row here, the documents they came from, and every version there was.
CREATE TABLE connectors (
  id TEXT PRIMARY KEY,
  -- The newest version, and the one that is in use once somebody has published one.
  version BIGINT NOT NULL,
  published BIGINT,
  -- Rises with every change of this row, so that other processes see that there was one.
  revision BIGINT NOT NULL,
  -- JSON: the newest source of the document: kind, name, hash, format.
  source TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- What an import made of a document; edits do not change it, so versions share it.
CREATE TABLE connector_bases (
  -- Hash of the definition, so that the same document is kept once.
  connector TEXT NOT NULL REFERENCES connectors (id) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  -- JSON.
  definition TEXT NOT NULL,
  PRIMARY KEY (connector, hash)
);

CREATE TABLE connector_versions (
  connector TEXT NOT NULL REFERENCES connectors (id) ON DELETE CASCADE,
  version BIGINT NOT NULL,
  base TEXT NOT NULL,
  -- JSON: the edits of people over the base.
  overlay TEXT NOT NULL,
  -- import | edit | pull | link | rollback | add
  kind TEXT NOT NULL,
  note TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (connector, version)
);

-- How the last test of each operation ended.
CREATE TABLE connector_tests (
  connector TEXT NOT NULL REFERENCES connectors (id) ON DELETE CASCADE,
  action TEXT NOT NULL,
  -- ok | failed | waived
  state TEXT NOT NULL CHECK (state IN ('ok', 'failed', 'waived')),
  -- Of the operation as it was tested: another one makes the result old.
  fingerprint TEXT NOT NULL,
  message TEXT NOT NULL,
  -- vendor | mock | person
  against TEXT NOT NULL,
  ms BIGINT NOT NULL,
  -- JSON: the shape of the answers, and how they differ from what is known.
  answer TEXT,
  drift TEXT NOT NULL,
  tested_at BIGINT NOT NULL,
  PRIMARY KEY (connector, action)
);
