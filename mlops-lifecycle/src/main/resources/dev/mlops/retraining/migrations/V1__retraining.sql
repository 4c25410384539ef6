-- The lock on a policy's row lets one decision at a time see, and set, when it last said yes.
CREATE TABLE IF NOT EXISTS mlops_retraining (
  project VARCHAR(250)${bytewise} NOT NULL,
  policy VARCHAR(250)${bytewise} NOT NULL,
  retrained BIGINT,
  data VARCHAR(1048576)${bytewise},
  PRIMARY KEY (project, policy)
);
