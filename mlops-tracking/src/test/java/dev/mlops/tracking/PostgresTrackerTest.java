package dev.mlops.tracking;

import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;
import javax.sql.DataSource;

class PostgresTrackerTest extends TrackerContract {
  private static final DataSource SOURCE = TestDatabases.postgresPool();

  @Override
  Database open() {
    return TestDatabases.emptied(SOURCE);
  }
}
