package dev.mlops.scoring;

import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;

class H2BatchScoringTest extends BatchScoringTests {

  @Override
  Database open() {
    return TestDatabases.h2InMemory();
  }
}
