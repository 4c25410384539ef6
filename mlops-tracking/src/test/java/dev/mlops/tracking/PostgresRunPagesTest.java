package dev.mlops.tracking;

import dev.mlops.Workspace;

class PostgresRunPagesTest extends RunPagesContract {

  @Override
  Workspace open() {
    return OnPostgres.open();
  }
}
