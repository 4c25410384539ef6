package dev.mlops.study;

import dev.mlops.Workspace;

class H2StudyTest extends StudyContract {

  @Override
  Workspace open() {
    return Workspace.inMemory();
  }
}
