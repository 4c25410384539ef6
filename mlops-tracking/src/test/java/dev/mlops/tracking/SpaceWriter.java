package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Event;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.testkit.Together;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes to a workspace as a service does until it is killed. It prints what it knows to be
 * durable, and {@code space} whenever the space in the database's file is being used again.
 */
final class SpaceWriter {
  static final int BATCH = 5;
  static final int POINTS = 20;

  private static final String SPACE = "dev.mlops.storage.FileSpace";

  private SpaceWriter() {}

  public static void main(String[] arguments) {
    String life = arguments[1];
    try (Workspace workspace = Workspace.open(Path.of(arguments[0]))) {
      Thread watcher = new Thread(SpaceWriter::watch);
      watcher.setDaemon(true);
      watcher.start();
      Together.run(
          () -> predictions(workspace, life),
          () -> events(workspace, life),
          () -> artifacts(workspace, life),
          () -> metrics(workspace));
    }
  }

  private static synchronized void print(Object... words) {
    StringBuilder line = new StringBuilder();
    for (Object word : words) {
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    System.out.println(line);
    System.out.flush();
  }

  private static void watch() {
    boolean before = false;
    while (true) {
      boolean now = Thread.getAllStackTraces().values().stream().anyMatch(SpaceWriter::isSpace);
      if (now && !before) {
        print("space");
      }
      before = now;
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static boolean isSpace(StackTraceElement[] stack) {
    return Arrays.stream(stack)
        .anyMatch(
            frame -> frame.getClassName().equals(SPACE) && frame.getMethodName().equals("reclaim"));
  }

  private static void predictions(Workspace workspace, String life) {
    for (int batch = 0; ; batch++) {
      for (int i = batch * BATCH; i < (batch + 1) * BATCH; i++) {
        workspace.predictions().log(prediction(life, i));
      }
      workspace.predictions().flush();
      print("predictions", batch);
    }
  }

  static PredictionRecord prediction(String life, int i) {
    return PredictionRecord.builder()
        .id(life + "-" + i)
        .model(life)
        .version(1)
        .time(Instant.ofEpochSecond(i))
        .features(Map.of("i", i, "route", "route " + i % 100, "distance", i / 7.0))
        .build();
  }

  private static void events(Workspace workspace, String life) {
    while (true) {
      Event event = workspace.journal().append(Entry.of("space.test").detail("life", life));
      print("event", event.id(), event.hash());
    }
  }

  private static void artifacts(Workspace workspace, String life) {
    for (int i = 0; ; i++) {
      byte[] bytes = new byte[i % 7 * 1_000];
      Arrays.fill(bytes, (byte) i);
      Artifact artifact =
          workspace
              .artifacts()
              .write(life, ArtifactPath.of("a/" + i), new ByteArrayInputStream(bytes));
      print("artifact", artifact.path().value(), artifact.digest());
    }
  }

  private static void metrics(Workspace workspace) {
    Experiment experiment = ExperimentTracker.of(workspace).experiment("space");
    while (true) {
      Run run = experiment.start("run");
      for (int step = 0; step < 10 * POINTS; ) {
        for (int i = 0; i < POINTS; i++, step++) {
          run.metric("loss", step, 1.0 / (step + 1));
          run.metric("acc", step, 1 - 1.0 / (step + 1));
        }
        run.flush();
        print("metrics", run.id(), step);
      }
      run.succeed();
      print("run", run.id());
    }
  }
}
