package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.serving.PendingLabels.Pending;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PendingLabelsTest {

  @Test
  void gives_a_prediction_once() {
    PendingLabels pending = new PendingLabels(10, true);
    pending.remember(new Pending(0, 3, true, 0.25, 7));
    pending.remember(new Pending(1, 100, false, -1, 8));
    assertThat(pending.take(0)).isEqualTo(new Pending(0, 3, true, 0.25, 7));
    assertThat(pending.take(0)).isNull();
    assertThat(pending.take(1)).isEqualTo(new Pending(1, 100, false, -1, 8));
    assertThat(pending.take(2)).isNull();
  }

  @Test
  void forgets_the_oldest_for_the_newest() {
    PendingLabels pending = new PendingLabels(2, false);
    for (int i = 0; i < 3; i++) {
      pending.remember(new Pending(i, 0, false, i, i));
    }
    assertThat(pending.take(0)).isNull();
    assertThat(pending.take(1)).isNotNull();
    assertThat(pending.take(2)).isNotNull();
  }

  /** A non-negative number is a take of that prediction, a negative one remembers the next. */
  @Property
  void agrees_with_a_map_of_the_newest(
      @ForAll @Size(max = 200) List<@IntRange(min = -40, max = 40) Integer> acts,
      @ForAll @IntRange(min = 1, max = 10) int capacity) {
    PendingLabels pending = new PendingLabels(capacity, true);
    Map<Long, Pending> twin = new HashMap<>();
    List<Object> answers = new ArrayList<>();
    List<Object> expected = new ArrayList<>();
    long next = 0;
    for (int act : acts) {
      if (act < 0) {
        Pending prediction = new Pending(next, -act, act % 2 == 0, act / 4.0, act % 3, next * act);
        pending.remember(prediction);
        twin.put(next, prediction);
        twin.remove(next - capacity);
        next++;
      } else {
        answers.add(String.valueOf(pending.take(act)));
        expected.add(String.valueOf(twin.remove((long) act)));
      }
    }
    assertThat(answers).isEqualTo(expected);
  }
}
