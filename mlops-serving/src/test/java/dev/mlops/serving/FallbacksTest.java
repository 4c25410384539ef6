package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FallbacksTest {

  private static final KeptLog log = new KeptLog();
  private static final Workspace workspace = Workspace.builder().predictionLog(log).open();

  private final List<String> asked = new ArrayList<>();
  private final Bookkeeping bookkeeping = new Bookkeeping("departures");
  private final Map<String, Function<? super Integer, ? extends Double>> steps =
      new LinkedHashMap<>();

  @BeforeEach
  void forget() {
    log.records.clear();
  }

  @AfterAll
  static void close() {
    workspace.close();
  }

  private Function<Integer, Double> answering(String name, @Nullable Double value) {
    return number -> {
      asked.add(name);
      if (value == null) {
        throw new IllegalStateException(name + " is down");
      }
      return value;
    };
  }

  private Arm<Integer, Double> arm(String version, @Nullable Double value) {
    Candidate<Integer, Double> model =
        Candidate.of("delay", version, answering(version, value)::apply);
    return new Arm<>(model, null, bookkeeping);
  }

  /** A candidate has failed; live model and previous one are given. */
  private Fallbacks.Rescue<Integer, Double> rescue(
      Arm<Integer, Double> live, @Nullable Arm<Integer, Double> previous, boolean canary) {
    CurrentPlan<Integer, Double> plan = new CurrentPlan<>(Plan.live(live));
    Arm<Integer, Double> assigned = canary ? arm("8", null) : live;
    Attempt<Double> own = Attempt.failed(new IllegalStateException("the assigned is down"));
    return new Fallbacks<>(
            plan, () -> previous, steps, () -> new IllegalStateException("closed"), bookkeeping)
        .rescue(1, assigned, canary, own);
  }

  @Test
  void ask_the_live_model_the_previous_and_then_the_application_in_order() {
    steps.put("rules", answering("rules", null));
    steps.put("average", answering("average", 0.25));
    steps.put("never", answering("never", 0.0));
    var rescue = rescue(arm("7", null), arm("6", null), true);
    assertThat(asked).containsExactly("7", "6", "rules", "average");
    assertThat(rescue.attempt().get()).isEqualTo(0.25);
    assertThat(rescue.by()).hasToString("delay:average");
    assertThat(bookkeeping.counts(0).fallbacksBy()).isEqualTo(Map.of("average", 1L));
    assertThat(bookkeeping.counts(0).bookkeepingFailures()).isEqualTo(1);
  }

  @Test
  void end_with_the_first_who_answers() {
    steps.put("rules", answering("rules", 0.25));
    assertThat(rescue(arm("7", 0.7), arm("6", 0.6), true).by()).hasToString("delay:7");
    assertThat(rescue(arm("7", null), arm("6", 0.6), true).by()).hasToString("delay:6");
    assertThat(rescue(arm("7", null), null, true).by()).hasToString("delay:rules");
    assertThat(rescue(arm("7", 0.7), arm("6", 0.6), false).by()).hasToString("delay:6");
    assertThat(asked).containsExactly("7", "7", "6", "7", "rules", "6");
    assertThat(bookkeeping.counts(0).fallbacksBy())
        .isEqualTo(Map.of("live", 1L, "previous", 2L, "rules", 1L));
  }

  @Test
  void pass_by_a_model_that_is_retired() {
    Arm<Integer, Double> retired = arm("6", 0.6);
    retired.retire();
    var rescue = rescue(arm("7", null), retired, true);
    assertThat(asked).containsExactly("7");
    assertThat(rescue.attempt().failure()).hasMessage("7 is down");
  }

  @Test
  void leave_the_caller_what_the_live_model_threw() {
    steps.put("rules", answering("rules", null));
    assertThat(rescue(arm("7", null), arm("6", null), true).attempt().failure())
        .hasMessage("7 is down");
    assertThat(rescue(arm("7", null), arm("6", null), false).attempt().failure())
        .hasMessage("the assigned is down");
  }

  @Test
  void are_named_in_answers_records_and_counts() {
    try (DeploymentRouter<Integer, Double> router =
        DeploymentRouter.builder(workspace, "departures")
            .live(Candidate.of("delay", 7, answering("7", null)::apply))
            .otherwise("rules", answering("rules", null))
            .otherwise(answering("default", 0.25))
            .open()) {
      Prediction<Double> answer = router.answer(1);
      assertThat(answer.version()).isEqualTo("default");
      assertThat(answer.model()).isEqualTo("delay");
      assertThat(answer.fallback()).isTrue();
      assertThat(log.records.get(0).version()).isEqualTo("default");
      assertThat(router.counts().fallbacksBy()).isEqualTo(Map.of("default", 1L));
      assertThat(router.counts().bookkeepingFailures()).isEqualTo(1);
      assertThat(asked).containsExactly("7", "rules", "default");
    }
  }

  private static double asked(AtomicReference<Predictor<Integer, Double>> router, int number) {
    return Objects.requireNonNull(router.get()).predict(number);
  }

  /** Each of the two asks the router again, which would ask both again, and so on without end. */
  @Test
  void that_ask_the_router_again_are_not_asked_again() {
    AtomicReference<Predictor<Integer, Double>> again = new AtomicReference<>();
    try (DeploymentRouter<Integer, Double> router =
        DeploymentRouter.builder(workspace, "arrivals")
            .live(Candidate.of("delay", 7, answering("7", null)::apply))
            .otherwise("rules", number -> asked(again, number))
            .otherwise("average", number -> asked(again, number))
            .open()) {
      again.set(router);
      assertThatThrownBy(() -> router.predict(1)).hasMessage("7 is down");
      assertThat(asked).as("once itself, twice through each").hasSize(5);
      assertThat(router.counts().bookkeepingFailures()).isPositive();
    }
  }

  /** The second one answers by itself, and so does the circle of the first. */
  @Test
  void that_ask_the_router_again_get_what_the_next_one_answers() {
    AtomicReference<Predictor<Integer, Double>> again = new AtomicReference<>();
    try (DeploymentRouter<Integer, Double> router =
        DeploymentRouter.builder(workspace, "arrivals")
            .live(Candidate.of("delay", 7, answering("7", null)::apply))
            .otherwise("rules", number -> asked(again, number))
            .otherwise("average", answering("average", 0.25))
            .open()) {
      again.set(router);
      assertThat(router.predict(1)).isEqualTo(0.25);
      assertThat(router.predict(2)).isEqualTo(0.25);
      assertThat(asked).containsExactly("7", "7", "average", "7", "7", "average");
    }
  }

  @Test
  void have_names_of_their_own() {
    RouterBuilder<Integer, Double> builder =
        DeploymentRouter.builder(workspace, "departures")
            .live(Candidate.of("delay", 7, answering("7", null)::apply))
            .otherwise("rules", answering("rules", null));
    assertThatThrownBy(() -> builder.otherwise("live", number -> 0.0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'live' names a model that answers instead of another; name this otherwise");
    assertThatThrownBy(() -> builder.otherwise(" ", number -> 0.0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.otherwise("rules", number -> 0.0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("the otherwise 'rules' is set already, to ");
  }
}
