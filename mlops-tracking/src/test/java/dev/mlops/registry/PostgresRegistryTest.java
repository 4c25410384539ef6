package dev.mlops.registry;

import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;

class PostgresRegistryTest extends RegistryContract {

  @Override
  Database open() {
    return TestDatabases.postgres();
  }
}
