package dev.mlops.tracking;

import dev.mlops.Workspace;

class PostgresAddedRunsTest extends AddedRunsContract {

  @Override
  Workspace open() {
    return OnPostgres.open();
  }
}
