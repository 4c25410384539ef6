package dev.mlops.tracking;

import dev.mlops.Workspace;

class H2AddedRunsTest extends AddedRunsContract {

  @Override
  Workspace open() {
    return Workspace.inMemory();
  }
}
