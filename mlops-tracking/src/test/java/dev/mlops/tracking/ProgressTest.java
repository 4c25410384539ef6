package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mlops.Workspace;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.TestDatabases;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The seconds of the line and the clock are told by hand here. */
class ProgressTest {

  private final TestClock clock = TestClock.at(Instant.parse("2001-01-01T00:00:00Z"));
  private final List<Runnable> ticks = new ArrayList<>();
  private final StringBuilder out = new StringBuilder();
  private Workspace workspace;
  private Experiment delays;

  @BeforeEach
  void open() {
    workspace =
        Workspace.builder()
            .database(Database.over(TestDatabases.h2DataSource()))
            .artifactStore(ArtifactStore.inMemory())
            .clock(clock)
            .open();
    delays = shownOn(out).experiment("delays");
  }

  private ExperimentTracker shownOn(Appendable terminal) {
    return ExperimentTracker.of(workspace).withProgress(terminal, this::repeat);
  }

  private Runnable repeat(Runnable work) {
    ticks.add(work);
    return () -> ticks.remove(work);
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private void seconds(int number) {
    clock.advance(Duration.ofSeconds(number));
    List.copyOf(ticks).forEach(Runnable::run);
  }

  private String written() {
    String text = out.toString();
    out.setLength(0);
    return text;
  }

  @Test
  void is_a_line_that_is_rewritten_and_stays_when_the_run_ends() {
    Run run = delays.start("gbm");
    seconds(1);
    assertThat(written()).isEqualTo("\rgbm: no metric yet; 1 s");
    run.totalSteps(1_000);
    run.metric("loss", 100, 0.125);
    seconds(1);
    assertThat(written()).isEqualTo("\rgbm: step 100 of 1,000, loss 0.125; 2 s");
    run.metric("loss", 200, 1.0 / 3);
    run.metric("auc", 200, Double.NaN);
    run.metric("system/heap", 9_999, 1);
    seconds(10);
    assertThat(written())
        .isEqualTo("\rgbm: step 200 of 1,000, auc NaN, loss 0.3333; 12 s, about 1 min 20 s left");
    run.metric("loss", 1_000, 0.1);
    run.succeed();
    assertThat(written())
        .isEqualTo(
            "\rgbm: step 1,000 of 1,000, auc NaN, loss 0.1; 12 s, finished"
                + " ".repeat(14)
                + "\n");
    assertThat(ticks).isEmpty();
  }

  @Test
  void guesses_no_total_and_no_time_left() {
    Run run = delays.start("gbm");
    run.metric("loss", 1, 0.5);
    seconds(1);
    run.metric("loss", 2, 0.25);
    written();
    seconds(1);
    assertThat(written()).isEqualTo("\rgbm: step 2, loss 0.25; 2 s");
    run.totalSteps(1);
    seconds(1);
    assertThat(written()).isEqualTo("\rgbm: step 2, above the total of 1, loss 0.25; 3 s");
    run.close();
    assertThat(written()).contains("; 3 s, failed").endsWith("\n");
  }

  @Test
  void shows_several_runs_in_one_line_of_100_characters() {
    Run one = delays.start("a".repeat(90));
    Run other = delays.start("b");
    seconds(1);
    assertThat(written()).hasSize(101).endsWith("a: no me...");
    one.succeed();
    written();
    seconds(1);
    assertThat(written()).isEqualTo("\rb: no metric yet; 2 s");
    other.succeed();
  }

  @Test
  void cuts_no_character_in_two() {
    assertThat(Progress.cut("a".repeat(96) + "\uD83D\uDE00".repeat(9)))
        .isEqualTo("a".repeat(96) + "...");
  }

  @Test
  void says_which_runs_a_workspace_left_open() {
    assertThat(delays.start("gbm").name()).isEqualTo("gbm");
    workspace.close();
    assertThat(written())
        .isEqualTo("\rgbm: no metric yet; 0 s, left open as the workspace closed\n");
    assertThat(ticks).isEmpty();
  }

  @Test
  void hurts_no_run_where_it_cannot_be_written() {
    Experiment unseen = shownOn(new Broken()).experiment("unseen");
    RunView view =
        unseen.run(
            "gbm",
            run -> {
              seconds(1);
              run.metric("loss", 0.5);
              seconds(1);
            });
    assertThat(view.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(view.metric("loss")).isEqualTo(0.5);
  }

  private static final class Broken implements Appendable {
    @Override
    public Appendable append(CharSequence text) throws IOException {
      throw new IOException("the terminal is gone");
    }

    @Override
    public Appendable append(CharSequence text, int start, int end) throws IOException {
      return append(text);
    }

    @Override
    public Appendable append(char one) throws IOException {
      return append(Character.toString(one));
    }
  }

  @Test
  void refuses_a_total_below_1_and_a_second_terminal() {
    try (Run run = delays.start("gbm")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> run.totalSteps(0))
          .withMessage("totalSteps must be at least 1: 0");
      run.succeed();
      assertThatIllegalStateException()
          .isThrownBy(() -> run.totalSteps(5))
          .withMessage("cannot tell its total steps: run 'gbm' has ended as FINISHED");
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> shownOn(out).withProgress(out))
        .withMessage("the option 'withProgress' is set already, to the progress of runs");
  }
}
