-- The lock on a policy's row lets one decision at a time see, and set, when it last said yes.
CREATE TABLE IF NOT EXISTS mlops_retraining (
  project VARCHAR NOT NULL,
  policy VARCHAR NOT NULL,
  retrained BIGINT,
  data VARCHAR,
  PRIMARY KEY (project, policy)
);
