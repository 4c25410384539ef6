package dev.mlops.scoring;

import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;
import javax.sql.DataSource;

class PostgresBatchScoringTest extends BatchScoringTests {
  private static final DataSource SOURCE = TestDatabases.postgresPool();

  @Override
  Database open() {
    return TestDatabases.emptied(SOURCE);
  }
}
