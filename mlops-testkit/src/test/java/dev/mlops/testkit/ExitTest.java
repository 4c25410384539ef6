package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.journal.Entry;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.testkit.CrashHarness.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that ends with an open workspace: its hooks still use it, and nothing is lost. */
class ExitTest {
  private static final int EVENTS = 20;

  @TempDir Path directory;

  @Test
  void hooks_use_and_close_the_workspace() {
    losesNothing(2);
  }

  @Test
  @Tag("slow")
  void hooks_use_and_close_the_workspace_in_any_order() {
    losesNothing(20);
  }

  private void losesNothing(int exits) {
    for (int exit = 0; exit < exits; exit++) {
      Path place = directory.resolve("exit-" + exit);
      Outcome outcome =
          CrashHarness.of(Server.class, place.toString(), String.valueOf(exit % 2 == 0)).run();
      assertThat(outcome.errors()).isEmpty();
      assertThat(outcome.acknowledged()).contains("the last event", "the last prediction");
      try (Workspace workspace = Workspace.open(place)) {
        assertThat(workspace.journal().find(EVENTS + 1L)).isPresent();
        assertThat(workspace.journal().verify().isIntact()).isTrue();
        assertThat(workspace.predictions().query().list().rowCount()).isEqualTo(EVENTS + 1);
      }
    }
  }

  @Test
  void an_exit_inside_a_transaction_writes_nothing_of_it() throws IOException {
    Outcome outcome = CrashHarness.of(Unfinished.class, directory.toString()).run();
    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.acknowledged())
        .containsExactly(
            Digest.of(Files.readAllBytes(directory.resolve("truth.mv.db"))).toString());
    try (Workspace workspace = Workspace.open(directory)) {
      assertThat(workspace.journal().find(1)).isEmpty();
    }
  }

  @Test
  void in_memory_the_hooks_still_find_their_database() {
    Outcome outcome = CrashHarness.of(Server.class, "", "true").run();
    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.acknowledged()).contains("the last event", "the last prediction");
  }

  /** Works until it is told to end; its hooks write a last event and prediction, and may close. */
  static final class Server {
    private Server() {}

    public static void main(String[] arguments) {
      Workspace workspace =
          arguments[0].isEmpty() ? Workspace.inMemory() : Workspace.open(Path.of(arguments[0]));
      boolean closes = Boolean.parseBoolean(arguments[1]);
      CountDownLatch written = new CountDownLatch(2);
      onExit(
          () -> {
            workspace.journal().append(Entry.of("stopping"));
            System.out.println("the last event");
            written.countDown();
          });
      onExit(
          () -> {
            log(workspace, EVENTS);
            workspace.predictions().flush();
            System.out.println("the last prediction");
            written.countDown();
          });
      if (closes) {
        onExit(
            () -> {
              await(written);
              workspace.close();
            });
      }
      for (int i = 0; i < EVENTS; i++) {
        workspace.journal().append(Entry.of("working"));
        log(workspace, i);
      }
      System.exit(0);
    }

    private static void log(Workspace workspace, int i) {
      workspace
          .predictions()
          .log(
              PredictionRecord.builder()
                  .id("p" + i)
                  .model("m")
                  .version(1)
                  .time(Instant.EPOCH)
                  .build());
    }

    private static void onExit(Runnable hook) {
      Runtime.getRuntime().addShutdownHook(new Thread(hook));
    }
  }

  /** Ends while a transaction has changed rows and not committed. */
  static final class Unfinished {
    private Unfinished() {}

    public static void main(String[] arguments) {
      Path directory = Path.of(arguments[0]);
      Workspace workspace = Workspace.open(directory);
      CountDownLatch changed = new CountDownLatch(1);
      Thread writer =
          new Thread(
              () ->
                  workspace
                      .database()
                      .transaction(
                          session -> {
                            workspace.journal().append(session, Entry.of("never"));
                            changed.countDown();
                            await(new CountDownLatch(1));
                            return true;
                          }));
      writer.setDaemon(true);
      writer.start();
      await(changed);
      try {
        System.out.println(Digest.of(Files.readAllBytes(directory.resolve("truth.mv.db"))));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      System.exit(0);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }
}
