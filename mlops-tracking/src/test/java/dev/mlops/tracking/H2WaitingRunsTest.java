package dev.mlops.tracking;

import dev.mlops.Workspace;

class H2WaitingRunsTest extends WaitingRunsContract {

  @Override
  Workspace open() {
    return Workspace.inMemory();
  }
}
