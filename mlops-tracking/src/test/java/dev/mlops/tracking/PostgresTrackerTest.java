package dev.mlops.tracking;

import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;

class PostgresTrackerTest extends TrackerContract {

  @Override
  Database open() {
    return TestDatabases.postgres();
  }
}
