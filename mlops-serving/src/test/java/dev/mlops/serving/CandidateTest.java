package dev.mlops.serving;

import static dev.mlops.journal.Reason.because;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.MlopsException;
import dev.mlops.error.NotFoundException;
import dev.mlops.journal.Event;
import dev.mlops.models.ModelFiles;
import dev.mlops.models.ModelSource;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CandidateTest {

  private static final byte[] SEVEN = "0.7".getBytes(UTF_8);
  private static final byte[] EIGHT = "0.8".getBytes(UTF_8);

  /** A model whose file is the number that it answers. */
  private static final class Constant implements Predictor<float[], float[]>, AutoCloseable {
    private final float answer;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Constant(ModelFiles model) {
      this.answer = Float.parseFloat(new String(model.first().bytes(), UTF_8));
    }

    @Override
    public float[] predict(float[] input) {
      return new float[] {answer * input[0]};
    }

    @Override
    public void close() {
      closed.set(true);
    }
  }

  @Test
  void opened_from_a_source_has_its_name_version_and_digest() {
    Candidate<String, Double> candidate =
        Candidate.open(ModelSource.bytes("delay", 7, SEVEN), Constant::new)
            .compose((String text) -> new float[] {Float.parseFloat(text)})
            .andThen(answer -> (double) answer[0]);
    assertThat(candidate).hasToString("delay:7");
    assertThat(candidate.model()).isEqualTo("delay");
    assertThat(candidate.version()).isEqualTo("7");
    assertThat(candidate.digest()).contains(Digest.of(SEVEN));
    assertThat(candidate.predict("10")).isEqualTo(7.0);
  }

  @Test
  void opened_from_a_source_puts_the_digests_of_both_models_into_certificate_and_journal() {
    try (Workspace workspace = Workspace.inMemory();
        DeploymentRouter<float[], float[]> router =
            DeploymentRouter.builder(workspace, "departures")
                .live(Candidate.open(ModelSource.bytes("delay", 7, SEVEN), Constant::new))
                .open()) {
      Rollout rollout =
          router
              .canary(Candidate.open(ModelSource.bytes("delay", 8, EIGHT), Constant::new))
              .share(50)
              .guard(Guard.errors())
              .start();
      assertThat(rollout.certificate().terms().digests().live()).isEqualTo(Digest.of(SEVEN));
      assertThat(rollout.certificate().terms().digests().candidate()).isEqualTo(Digest.of(EIGHT));
      rollout.promote(because("it is better"));
      Event started = workspace.journal().events().kind("rollout.started").list().get(0);
      assertThat(started.subjects())
          .isEqualTo(Map.of("live", Digest.of(SEVEN), "candidate", Digest.of(EIGHT)));
      assertThat(router.live().digest()).contains(Digest.of(EIGHT));
    }
  }

  @Test
  void opened_from_a_source_is_closed_by_the_router_behind_what_was_added_too() {
    AtomicInteger resolved = new AtomicInteger();
    Constant[] made = new Constant[1];
    ModelSource source =
        () -> {
          resolved.incrementAndGet();
          return ModelSource.bytes("delay", 7, SEVEN).resolve();
        };
    try (Workspace workspace = Workspace.inMemory()) {
      DeploymentRouter.builder(workspace, "departures")
          .live(
              Candidate.open(source, model -> made[0] = new Constant(model))
                  .andThen(answer -> (double) answer[0]))
          .open()
          .close();
    }
    assertThat(made[0].closed).isTrue();
    assertThat(resolved).hasValue(1);
  }

  @Test
  void opened_from_a_source_that_has_no_model_says_so() {
    assertThatThrownBy(
            () ->
                Candidate.open(
                    () -> {
                      throw new NotFoundException("alias 'champion' stands at no version");
                    },
                    Constant::new))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("alias 'champion' stands at no version");
  }

  @Test
  void closes_what_it_has_loaded_where_no_router_does() {
    AtomicBoolean closed = new AtomicBoolean();
    Candidate<Integer, Double> model =
        Candidate.<Integer, Double>of("delay", 7, number -> number / 2.0)
            .closing(() -> closed.set(true));
    assertThat(model.predict(7)).isEqualTo(3.5);
    model.close();
    assertThat(closed).isTrue();
    Candidate<Integer, Double> stuck =
        Candidate.<Integer, Double>of("delay", 7, number -> number / 2.0)
            .closing(
                () -> {
                  throw new IOException("the socket is busy");
                });
    assertThatThrownBy(stuck::close)
        .isExactlyInstanceOf(MlopsException.class)
        .hasMessage("cannot close delay:7: the socket is busy");
  }
}
