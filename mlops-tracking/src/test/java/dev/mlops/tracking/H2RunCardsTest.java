package dev.mlops.tracking;

import dev.mlops.Workspace;

class H2RunCardsTest extends RunCardsContract {

  @Override
  Workspace open() {
    return Workspace.inMemory();
  }
}
