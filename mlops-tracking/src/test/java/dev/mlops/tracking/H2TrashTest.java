package dev.mlops.tracking;

import dev.mlops.Workspace;
import java.time.Clock;

class H2TrashTest extends TrashContract {

  @Override
  Workspace open(Clock time) {
    return Workspace.builder().clock(time).open();
  }
}
