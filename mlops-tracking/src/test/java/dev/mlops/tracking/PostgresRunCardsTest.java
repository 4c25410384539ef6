package dev.mlops.tracking;

import dev.mlops.Workspace;

class PostgresRunCardsTest extends RunCardsContract {

  @Override
  Workspace open() {
    return OnPostgres.open();
  }
}
