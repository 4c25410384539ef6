package dev.mlops.registry;

import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;

class H2InMemoryRegistryTest extends RegistryContract {

  @Override
  Database open() {
    return TestDatabases.h2InMemory();
  }
}
