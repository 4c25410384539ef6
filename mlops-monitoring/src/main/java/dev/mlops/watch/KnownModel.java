package dev.mlops.watch;

import dev.mlops.monitoring.ModelMonitor;

/** Fires when a model has no predictions at all: its name may be misspelt. Part of every watch. */
record KnownModel() implements WatchRule {

  @Override
  public String name() {
    return "no predictions ever";
  }

  @Override
  public Finding judge(Look look) {
    ModelMonitor monitor = look.monitor();
    if (look.scan().found() || monitor.isKnown()) {
      return Finding.holds("there are predictions");
    }
    return Finding.broken(
        "no prediction of model '%s'%s%s was ever logged in project '%s'; is the name as it is logged?"
            .formatted(
                monitor.model(),
                monitor.version().map(version -> ", version '" + version + "',").orElse(""),
                monitor.variant().map(variant -> ", variant '" + variant + "',").orElse(""),
                monitor.workspace().project()));
  }
}
