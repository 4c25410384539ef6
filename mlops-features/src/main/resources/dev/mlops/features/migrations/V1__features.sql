-- A definition is JSON with the number of its form in it; a view has the name of its source beside it.
CREATE TABLE IF NOT EXISTS mlops_feature_definition (
  project VARCHAR(250)${bytewise} NOT NULL,
  kind VARCHAR(250)${bytewise} NOT NULL,
  name VARCHAR(250)${bytewise} NOT NULL,
  source VARCHAR(250)${bytewise},
  digest VARCHAR(80)${bytewise} NOT NULL,
  definition VARCHAR(1048576)${bytewise} NOT NULL,
  registered BIGINT NOT NULL,
  PRIMARY KEY (project, kind, name)
);
CREATE INDEX IF NOT EXISTS mlops_feature_definition_source ON mlops_feature_definition (project, kind, source);

-- The lock on a row puts the ingestions of a project in one order without gaps: that of their commits.
CREATE TABLE IF NOT EXISTS mlops_feature_counter (
  project VARCHAR(250)${bytewise} NOT NULL PRIMARY KEY,
  last_sequence BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS mlops_feature_segment (
  project VARCHAR(250)${bytewise} NOT NULL,
  sequence BIGINT NOT NULL,
  source VARCHAR(250)${bytewise} NOT NULL,
  form BIGINT NOT NULL,
  batch VARCHAR(250)${bytewise},
  content VARCHAR(80)${bytewise},
  digest VARCHAR(80)${bytewise} NOT NULL,
  row_count BIGINT NOT NULL,
  ingested BIGINT NOT NULL,
  backfill BOOLEAN NOT NULL,
  PRIMARY KEY (project, sequence),
  UNIQUE (project, source, batch)
);
CREATE INDEX IF NOT EXISTS mlops_feature_segment_source ON mlops_feature_segment (project, source, sequence);

CREATE TABLE IF NOT EXISTS mlops_feature_snapshot (
  project VARCHAR(250)${bytewise} NOT NULL,
  name VARCHAR(250)${bytewise} NOT NULL,
  service VARCHAR(250)${bytewise} NOT NULL,
  service_digest VARCHAR(80)${bytewise} NOT NULL,
  sequence BIGINT NOT NULL,
  mode VARCHAR(250)${bytewise} NOT NULL,
  digest VARCHAR(80)${bytewise} NOT NULL,
  row_count BIGINT NOT NULL,
  taken BIGINT NOT NULL,
  PRIMARY KEY (project, name)
);

-- The live timelines of a view as they were after an ingestion, so that an opening need not read what was ingested before.
CREATE TABLE IF NOT EXISTS mlops_feature_checkpoint (
  project VARCHAR(250)${bytewise} NOT NULL,
  view_name VARCHAR(250)${bytewise} NOT NULL,
  sequence BIGINT NOT NULL,
  state VARCHAR(1048576)${bytewise} NOT NULL,
  taken BIGINT NOT NULL,
  PRIMARY KEY (project, view_name)
);
