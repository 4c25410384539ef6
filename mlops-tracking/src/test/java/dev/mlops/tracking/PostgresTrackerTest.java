package dev.mlops.tracking;

import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;
import javax.sql.DataSource;

/** On a server that orders texts as people do, where H2 orders them by code points. */
class PostgresTrackerTest extends TrackerContract {
  private static final DataSource SOURCE = TestDatabases.postgresPoolInEnglish();

  @Override
  Database open() {
    return TestDatabases.emptied(SOURCE);
  }
}
