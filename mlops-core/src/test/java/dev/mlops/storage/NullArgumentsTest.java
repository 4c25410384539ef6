package dev.mlops.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Batches;
import dev.mlops.data.Csv;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.JsonLines;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A null argument is named by its parameter, and not by what is inside. */
@SuppressWarnings("NullAway")
class NullArgumentsTest {

  private static void assertNamed(String parameter, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(parameter);
  }

  @Test
  void of_files_and_digests_are_named() {
    assertNamed("file", () -> Csv.read((Path) null));
    assertNamed("bytes", () -> Csv.read((InputStream) null));
    assertNamed("bytes", () -> JsonLines.read((InputStream) null));
    assertNamed("dataset", () -> Csv.write((Dataset) null, Path.of("a.csv")));
    assertNamed("batches", () -> Csv.write((Batches) null, Path.of("a.csv")));
    assertNamed("text", () -> Digest.parse(null));
    assertNamed("bytes", () -> Digest.of((byte[]) null));
  }

  @Test
  void of_artifacts_are_named() {
    try (Database database = Database.h2InMemory();
        ArtifactStore store = ArtifactStore.inMemory()) {
      Artifacts artifacts = Artifacts.of(database, store, Clock.systemUTC());
      assertNamed(
          "owner",
          () -> artifacts.write(null, ArtifactPath.of("a"), InputStream.nullInputStream()));
      assertNamed("path", () -> artifacts.write("o", null, InputStream.nullInputStream()));
      assertNamed("bytes", () -> artifacts.write("o", ArtifactPath.of("a"), null));
      assertNamed("artifact", () -> artifacts.open(null));
      assertNamed("olderThan", () -> artifacts.collectGarbage(null));
    }
  }
}
