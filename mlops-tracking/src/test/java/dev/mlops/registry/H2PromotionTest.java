package dev.mlops.registry;

import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;

class H2PromotionTest extends PromotionContract {

  @Override
  Database open() {
    return TestDatabases.h2InMemory();
  }
}
