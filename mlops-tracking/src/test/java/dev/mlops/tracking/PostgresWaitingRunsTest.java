package dev.mlops.tracking;

import dev.mlops.Workspace;

class PostgresWaitingRunsTest extends WaitingRunsContract {

  @Override
  Workspace open() {
    return OnPostgres.open();
  }
}
