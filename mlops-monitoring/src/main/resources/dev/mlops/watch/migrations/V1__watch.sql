-- What fires; an update that finds it otherwise than it expects has lost against another process. An empty version or variant means all.
CREATE TABLE IF NOT EXISTS mlops_watch (
  project VARCHAR NOT NULL,
  model VARCHAR NOT NULL,
  version VARCHAR NOT NULL,
  variant VARCHAR NOT NULL,
  windows VARCHAR NOT NULL,
  rule VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  firing BOOLEAN NOT NULL,
  since BIGINT,
  PRIMARY KEY (project, model, version, variant, windows, rule, kind)
);
