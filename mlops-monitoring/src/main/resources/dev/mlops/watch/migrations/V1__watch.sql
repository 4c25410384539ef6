-- What fires; an update that finds it otherwise than it expects has lost against another process. An empty version or variant means all.
-- The id is the digest of the seven texts, which together may be longer than an index of PostgreSQL takes.
CREATE TABLE IF NOT EXISTS mlops_watch (
  id VARCHAR(80)${bytewise} NOT NULL PRIMARY KEY,
  project VARCHAR(250)${bytewise} NOT NULL,
  model VARCHAR(250)${bytewise} NOT NULL,
  version VARCHAR(250)${bytewise} NOT NULL,
  variant VARCHAR(250)${bytewise} NOT NULL,
  windows VARCHAR(250)${bytewise} NOT NULL,
  rule VARCHAR(250)${bytewise} NOT NULL,
  kind VARCHAR(250)${bytewise} NOT NULL,
  firing BOOLEAN NOT NULL,
  since BIGINT
);
