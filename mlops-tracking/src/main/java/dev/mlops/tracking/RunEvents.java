package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.journal.Entry;
import dev.mlops.storage.Session;
import dev.mlops.tracking.RunRecords.Begun;
import dev.mlops.tracking.RunRecords.Started;
import java.util.List;

/** What the journal is told of a run. */
final class RunEvents {

  private RunEvents() {}

  /** The event comes when the run is stored; the detail says when it began. */
  static Entry started(Workspace workspace, Begun run) {
    return of(workspace, "run.started", run.uid(), run.name(), run.experiment().name())
        .detail("started", run.start().toString());
  }

  static Entry resumed(Workspace workspace, Started run, RunStatus before) {
    return of(workspace, "run.resumed", run).detail("was", before.name());
  }

  static Entry finished(Session session, Workspace workspace, Started run, RunStatus status) {
    return ended(of(workspace, "run.finished", run), status, RunReader.inputs(session, run.id()));
  }

  static Entry finished(
      Workspace workspace, Begun run, RunStatus status, List<RunView.Input> inputs) {
    return ended(
        of(workspace, "run.finished", run.uid(), run.name(), run.experiment().name()),
        status,
        inputs);
  }

  static Entry imported(
      Workspace workspace, Begun run, RunStatus status, List<RunView.Input> inputs) {
    return ended(
        of(workspace, "run.imported", run.uid(), run.name(), run.experiment().name()),
        status,
        inputs);
  }

  /** Inputs are told apart by role, name and digest, as one role may read several data sets. */
  private static Entry ended(Entry event, RunStatus status, List<RunView.Input> inputs) {
    Entry entry = event.outcome(outcome(status));
    for (RunView.Input input : inputs) {
      entry =
          entry.subject(
              input.role() + "/" + input.name() + "@" + input.digest().brief(), input.digest());
    }
    return entry;
  }

  static String outcome(RunStatus status) {
    return switch (status) {
      case FINISHED -> "ok";
      case KILLED -> "killed";
      default -> "failed";
    };
  }

  private static Entry of(Workspace workspace, String kind, Started run) {
    return of(workspace, kind, run.uid(), run.name(), run.experiment().name());
  }

  private static Entry of(
      Workspace workspace, String kind, String uid, String name, String experiment) {
    return Entry.of(kind)
        .about("run", uid)
        .actor(workspace.actor())
        .detail("run", uid)
        .detail("name", name)
        .detail("experiment", experiment);
  }
}
