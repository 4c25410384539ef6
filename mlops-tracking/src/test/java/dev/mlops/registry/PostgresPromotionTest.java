package dev.mlops.registry;

import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;
import javax.sql.DataSource;

class PostgresPromotionTest extends PromotionContract {
  private static final DataSource SOURCE = TestDatabases.postgresPoolInEnglish();

  @Override
  Database open() {
    return TestDatabases.emptied(SOURCE);
  }
}
