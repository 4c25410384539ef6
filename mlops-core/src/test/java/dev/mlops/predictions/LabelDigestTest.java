package dev.mlops.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.labels.Label;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelDigestTest {

  /**
   * By Python's hashlib, of {@code dev.mlops labels 1}, a line feed, and for each label its id, the
   * microseconds of its time since 1970, and {@code n} with the number or {@code t} with the text,
   * each followed by a NUL. A batch that is sent again years later is known by it.
   */
  @Test
  void of_labels_never_changes() {
    Instant noon = Instant.parse("2001-05-01T12:00:00Z");
    try (Workspace workspace = Workspace.inMemory()) {
      assertThat(
              workspace
                  .labels()
                  .add("may", List.of(Label.of("a", noon, 0.5), Label.of("b", noon, "late")))
                  .labels())
          .isEqualTo(2);
      String digest =
          workspace
              .database()
              .read(
                  session ->
                      session.first(
                          "SELECT digest FROM mlops_label_receipt", row -> row.text("digest")))
              .orElseThrow();
      assertThat(digest)
          .isEqualTo("sha256:f172af8bc8af8ae9bf38f3622a20efb3f3a53db89b69bd7d8310198c66ef7265");
    }
  }
}
