package dev.mlops.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.features.view.Derivation;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureVector;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DerivationTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final Workspace workspace = Workspace.inMemory();
  private final FeatureStore store = FeatureStore.open(workspace);

  @AfterEach
  void close() {
    workspace.close();
  }

  private static FeatureService doubled(int version, Derivation code) {
    return FeatureService.of("price")
        .request(Field.of("amount", DataType.FLOAT64), Field.of("tier", DataType.STRING))
        .include("tier")
        .derive("more", version, code);
  }

  @Test
  void it_sees_values_of_any_type_that_stand_before_it() {
    FeatureService service = doubled(1, c -> "gold".equals(c.value("tier")) ? 1 : 0);
    store.register(service);

    assertThat(store.online(service).get(Map.of("amount", 1, "tier", "gold"), NOON).number("more"))
        .isEqualTo(1);
  }

  @Test
  void the_same_code_written_again_is_the_same_definition() {
    store.register(doubled(1, c -> c.request().getDouble("amount") * 2));
    store.register(doubled(1, c -> 2 * c.request().getDouble("amount")));
  }

  @Nested
  class Refuses {

    @Test
    void other_code_under_an_old_name() {
      store.register(doubled(1, c -> c.request().getDouble("amount") * 2));
      FeatureService changed = doubled(1, c -> c.request().getDouble("amount") * 3);

      assertThatThrownBy(() -> store.online(changed))
          .isInstanceOf(ConflictException.class)
          .hasMessageMatching(
              "feature service 'price' is registered with another definition: feature more is"
                  + " registered as 'derived, version 1, answers [0-9a-f]{12}' and given as"
                  + " 'derived, version 1, answers [0-9a-f]{12}'. Give the new definition a name of"
                  + " its own");
    }

    @Test
    void another_version_under_an_old_name() {
      store.register(doubled(1, c -> c.request().getDouble("amount") * 2));
      FeatureService changed = doubled(2, c -> c.request().getDouble("amount") * 2);

      assertThatThrownBy(() -> store.register(changed))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("derived, version 2");
    }

    @Test
    void code_that_is_no_function() {
      AtomicInteger calls = new AtomicInteger();
      FeatureService moody = doubled(1, c -> calls.incrementAndGet());

      assertThatThrownBy(() -> store.register(moody))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "the code of feature 'more' of service 'price' answers the same request differently"
                  + " from one time to the next; it may depend on the context alone");
    }

    @Test
    void a_version_below_one() {
      assertThatThrownBy(() -> doubled(0, c -> 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the version of feature 'more' must be 1 or more: 0");
    }

    @Test
    void a_request_with_a_misspelt_name() {
      FeatureService service = doubled(1, c -> c.request().getDouble("amount"));
      store.register(service);
      FeatureReader reader = store.online(service);

      assertThatThrownBy(() -> reader.get(Map.of("amuont", 5, "tier", "gold"), NOON))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "a request to service 'price' lacks 'amount': it has [amuont, tier] and needs"
                  + " [amount, tier]. Give null for what is not known");
      Map<String, Object> unknown = new HashMap<>();
      unknown.put("amount", null);
      unknown.put("tier", "gold");
      assertThat(reader.get(unknown, NOON).status("more")).isEqualTo(FeatureVector.Status.NULL);
    }

    @Test
    void code_that_never_ends() {
      FeatureService service = doubled(1, c -> c.request().getDouble("amount") == 7 ? deep(1) : 1);
      store.register(service);
      FeatureReader reader = store.online(service);

      assertThatThrownBy(() -> reader.get(Map.of("amount", 7, "tier", "gold"), NOON))
          .isInstanceOf(InvalidInputException.class)
          .hasCauseInstanceOf(StackOverflowError.class)
          .hasMessageContaining("the code of feature 'more' of service 'price' fails");
    }

    private static double deep(double depth) {
      return depth < 0 ? 0 : 1 + deep(depth + 1);
    }

    @Test
    void an_answer_where_the_code_fails_and_names_the_feature() {
      FeatureService service =
          doubled(1, c -> Math.floorDiv(10, (int) c.request().getDouble("amount")));
      store.register(service);
      FeatureReader reader = store.online(service);

      assertThatThrownBy(() -> reader.get(Map.of("amount", 0, "tier", "gold"), NOON))
          .isInstanceOf(InvalidInputException.class)
          .hasCauseInstanceOf(ArithmeticException.class)
          .hasMessage(
              "the code of feature 'more' of service 'price' fails on the request {amount=0.0,"
                  + " tier=gold} at 2026-03-01T12:00:00Z: java.lang.ArithmeticException: / by"
                  + " zero");
    }
  }
}
