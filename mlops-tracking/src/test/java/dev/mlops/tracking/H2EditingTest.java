package dev.mlops.tracking;

import dev.mlops.Workspace;

class H2EditingTest extends EditingContract {

  @Override
  Workspace open() {
    return Workspace.inMemory();
  }
}
