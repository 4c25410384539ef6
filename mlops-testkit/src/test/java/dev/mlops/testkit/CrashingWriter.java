package dev.mlops.testkit;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Event;
import dev.mlops.labels.Label;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes to a workspace until it is killed, and prints what it knows to be durable. */
final class CrashingWriter {
  private CrashingWriter() {}

  public static void main(String[] arguments) {
    String life = arguments[1];
    try (Workspace workspace = Workspace.open(Path.of(arguments[0]))) {
      Together.run(
          () -> artifacts(workspace, life),
          () -> events(workspace, life),
          () -> predictions(workspace, life),
          () -> reads(workspace));
    }
  }

  private static synchronized void acknowledge(String... words) {
    System.out.println(String.join(" ", words));
    System.out.flush();
  }

  private static void artifacts(Workspace workspace, String life) {
    for (int i = 0; ; i++) {
      // Some are the same content again, some are larger than any buffer.
      byte[] bytes = new byte[(i % 5) * 60_000];
      Arrays.fill(bytes, (byte) i);
      Artifact artifact =
          workspace
              .artifacts()
              .write(life, ArtifactPath.of("a/" + i), new ByteArrayInputStream(bytes));
      acknowledge("artifact", artifact.path().value(), artifact.digest().toString());
    }
  }

  private static void events(Workspace workspace, String life) {
    for (int i = 0; ; i++) {
      Digest subject = Digest.of(new byte[] {(byte) i});
      Event event =
          workspace
              .journal()
              .append(Entry.of("crash.test").subject("it", subject).detail("life", life));
      acknowledge("event", String.valueOf(event.id()), event.hash().toString());
    }
  }

  private static void predictions(Workspace workspace, String life) {
    for (int i = 0; ; i++) {
      String id = life + "-" + i;
      Instant time = Instant.ofEpochSecond(i);
      workspace
          .predictions()
          .log(
              PredictionRecord.builder()
                  .id(id)
                  .model(life)
                  .version(1)
                  .time(time)
                  .features(Map.of("i", i))
                  .build());
      workspace.predictions().flush();
      acknowledge("prediction", id);
      workspace.labels().add(List.of(Label.of(id, time, i)));
      acknowledge("label", id, String.valueOf((double) i));
    }
  }

  // Readers acknowledge nothing, but they begin and end transactions while the others write.
  private static void reads(Workspace workspace) {
    while (workspace.journal().events().limit(10).list().size() < 100) {
      workspace.predictions().query().pageSize(10).first();
    }
  }
}
