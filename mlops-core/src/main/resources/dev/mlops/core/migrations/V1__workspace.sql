-- Every statement may run twice: H2 commits each of them, and a process may die after any.

CREATE TABLE IF NOT EXISTS mlops_workspace (
  id BIGINT NOT NULL PRIMARY KEY,
  identity VARCHAR(80)${bytewise} NOT NULL
);

CREATE TABLE IF NOT EXISTS mlops_blob (
  digest VARCHAR(80)${bytewise} NOT NULL PRIMARY KEY,
  size BIGINT NOT NULL,
  staged BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS mlops_artifact (
  owner VARCHAR(500)${bytewise} NOT NULL,
  path VARCHAR(1024)${bytewise} NOT NULL,
  digest VARCHAR(80)${bytewise} NOT NULL REFERENCES mlops_blob (digest),
  written BIGINT NOT NULL,
  PRIMARY KEY (owner, path)
);
CREATE INDEX IF NOT EXISTS mlops_artifact_digest ON mlops_artifact (digest);

CREATE TABLE IF NOT EXISTS mlops_journal_head (
  id BIGINT NOT NULL PRIMARY KEY,
  event BIGINT NOT NULL,
  hash VARCHAR(80)${bytewise} NOT NULL
);
INSERT INTO mlops_journal_head (id, event, hash)
SELECT 1, 0, 'sha256:0000000000000000000000000000000000000000000000000000000000000000'
WHERE NOT EXISTS (SELECT * FROM mlops_journal_head);

CREATE TABLE IF NOT EXISTS mlops_event (
  id BIGINT NOT NULL PRIMARY KEY,
  time BIGINT NOT NULL,
  project VARCHAR(250)${bytewise} NOT NULL,
  kind VARCHAR(250)${bytewise} NOT NULL,
  actor_kind VARCHAR(250)${bytewise} NOT NULL,
  actor_id VARCHAR(500)${bytewise} NOT NULL,
  actor_role VARCHAR(500)${bytewise},
  cause BIGINT,
  outcome VARCHAR(1048576)${bytewise} NOT NULL,
  previous VARCHAR(80)${bytewise} NOT NULL,
  hash VARCHAR(80)${bytewise} NOT NULL
);
CREATE INDEX IF NOT EXISTS mlops_event_kind ON mlops_event (kind, id);

CREATE TABLE IF NOT EXISTS mlops_event_subject (
  event BIGINT NOT NULL REFERENCES mlops_event (id),
  name VARCHAR(250)${bytewise} NOT NULL,
  digest VARCHAR(80)${bytewise} NOT NULL,
  PRIMARY KEY (event, name)
);
CREATE INDEX IF NOT EXISTS mlops_event_subject_digest ON mlops_event_subject (digest, event);

CREATE TABLE IF NOT EXISTS mlops_event_detail (
  event BIGINT NOT NULL REFERENCES mlops_event (id),
  name VARCHAR(250)${bytewise} NOT NULL,
  text VARCHAR(1048576)${bytewise} NOT NULL,
  PRIMARY KEY (event, name)
);

CREATE TABLE IF NOT EXISTS mlops_prediction (
  id VARCHAR(250)${bytewise} NOT NULL PRIMARY KEY,
  model VARCHAR(250)${bytewise} NOT NULL,
  version VARCHAR(250)${bytewise} NOT NULL,
  variant VARCHAR(250)${bytewise} NOT NULL,
  time BIGINT NOT NULL,
  entity VARCHAR(1000)${bytewise},
  features VARCHAR(1048576)${bytewise} NOT NULL,
  features_digest VARCHAR(80)${bytewise},
  score DOUBLE PRECISION NOT NULL,
  output VARCHAR(1048576)${bytewise} NOT NULL,
  latency BIGINT NOT NULL,
  trace VARCHAR(250)${bytewise},
  outcome VARCHAR(250)${bytewise} NOT NULL
);
CREATE INDEX IF NOT EXISTS mlops_prediction_time ON mlops_prediction (model, time, id);

CREATE TABLE IF NOT EXISTS mlops_label (
  prediction_id VARCHAR(250)${bytewise} NOT NULL,
  time BIGINT NOT NULL,
  label DOUBLE PRECISION NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (prediction_id, time)
);

CREATE TABLE IF NOT EXISTS mlops_label_gate (
  id BIGINT NOT NULL PRIMARY KEY
);
INSERT INTO mlops_label_gate (id) SELECT 1 WHERE NOT EXISTS (SELECT * FROM mlops_label_gate);
