package dev.mlops.tracking;

import dev.mlops.Workspace;
import java.time.Clock;

class PostgresTrashTest extends TrashContract {

  @Override
  Workspace open(Clock time) {
    return OnPostgres.open(time);
  }
}
