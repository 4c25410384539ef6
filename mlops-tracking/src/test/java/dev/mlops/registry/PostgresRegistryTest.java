package dev.mlops.registry;

import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;
import javax.sql.DataSource;

class PostgresRegistryTest extends RegistryContract {
  private static final DataSource SOURCE = TestDatabases.postgresPool();

  @Override
  Database open() {
    return TestDatabases.emptied(SOURCE);
  }
}
