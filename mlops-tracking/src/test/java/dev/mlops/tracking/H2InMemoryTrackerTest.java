package dev.mlops.tracking;

import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;

class H2InMemoryTrackerTest extends TrackerContract {

  @Override
  Database open() {
    return TestDatabases.h2InMemory();
  }
}
