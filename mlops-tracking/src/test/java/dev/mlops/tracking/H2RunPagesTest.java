package dev.mlops.tracking;

import dev.mlops.Workspace;

class H2RunPagesTest extends RunPagesContract {

  @Override
  Workspace open() {
    return Workspace.inMemory();
  }
}
