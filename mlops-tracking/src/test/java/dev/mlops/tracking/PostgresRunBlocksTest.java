package dev.mlops.tracking;

import dev.mlops.Workspace;

class PostgresRunBlocksTest extends RunBlocksContract {

  @Override
  Workspace open() {
    return OnPostgres.open();
  }
}
