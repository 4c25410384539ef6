package dev.mlops.tracking;

import dev.mlops.Workspace;

class H2RunBlocksTest extends RunBlocksContract {

  @Override
  Workspace open() {
    return Workspace.inMemory();
  }
}
