package dev.mlops.tracking;

import dev.mlops.Workspace;

class PostgresEditingTest extends EditingContract {

  @Override
  Workspace open() {
    return OnPostgres.open();
  }
}
