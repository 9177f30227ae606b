-- Connections that people added, beside those of the configuration. Nothing secret stands here in plain text.
CREATE TABLE connections (
  name TEXT PRIMARY KEY,
  connector TEXT NOT NULL,
  -- Key in the connector's other auth schemes; empty for its first one.
  auth TEXT NOT NULL,
  -- Whose budgets it uses.
  account TEXT NOT NULL,
  -- Addresses, plan and shares; and the other side's ids of account and user.
  settings TEXT NOT NULL,
  -- Credentials.
  sealed TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'active',
  created_at BIGINT NOT NULL,
  checked_at BIGINT,
  check_result TEXT
);

CREATE TABLE tokens (
  name TEXT PRIMARY KEY REFERENCES connections (name) ON DELETE CASCADE,
  sealed TEXT NOT NULL,
  -- Rises with every new pair.
  version BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  refresh_expires_at BIGINT NOT NULL,
  -- Who may use the refresh token, and until when: a holder that died is succeeded then.
  lease_owner TEXT NOT NULL DEFAULT '',
  lease_until BIGINT NOT NULL DEFAULT 0
);
