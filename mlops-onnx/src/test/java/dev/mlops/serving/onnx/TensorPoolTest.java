package dev.mlops.serving.onnx;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Whether tensors serve one run at a time, and are all closed in the end. */
class TensorPoolTest {

  private static final ModelShape SHAPE = new ModelShape("in", 3, 0, "out", 2, 1);

  private final TensorPool pool = new TensorPool(2);

  private static PinnedTensors tensors() throws OrtException {
    return PinnedTensors.of(NativeRuntime.environment(), SHAPE, 1);
  }

  @Test
  void is_empty_at_first_and_gives_each_tensors_once() throws OrtException {
    assertThat(pool.take()).isNull();
    PinnedTensors first = tensors();
    PinnedTensors second = tensors();
    pool.give(first);
    pool.give(second);
    assertThat(List.of(pool.take(), pool.take())).containsExactlyInAnyOrder(first, second);
    assertThat(pool.take()).isNull();
    first.close();
    second.close();
  }

  @Test
  void closes_what_is_too_much_and_all_in_the_end() throws OrtException {
    List<PinnedTensors> all = List.of(tensors(), tensors(), tensors());
    all.forEach(pool::give);
    assertThat(all).extracting(PinnedTensors::isClosed).containsExactly(false, false, true);
    pool.close();
    assertThat(all).allMatch(PinnedTensors::isClosed);
    pool.close();
  }

  @Test
  void is_closed_with_its_predictor() {
    OnnxSession session =
        OnnxSession.open(ModelBytes.of(OnnxModels.logistic(0, 1, 1, 1)), OnnxOptions.defaults());
    ModelShape shape = ModelShape.of(session.signature(), null);
    TensorPool batches = new TensorPool(1);
    PinnedRun run = new PinnedRun(session, shape, pool, batches);
    run.run(input -> input.put(new float[3]), 1, 3);
    run.run(input -> input.put(new float[6]), 2, 3);
    List<PinnedTensors> kept = List.of(requireNonNull(pool.take()), requireNonNull(batches.take()));
    pool.give(kept.get(0));
    batches.give(kept.get(1));
    run.close();
    assertThat(kept).allMatch(PinnedTensors::isClosed);
  }

  @Test
  void makes_others_over_the_same_buffers_for_other_numbers_of_rows() throws OrtException {
    PinnedTensors two = PinnedTensors.of(NativeRuntime.environment(), SHAPE, 2);
    assertThat(two.resized(NativeRuntime.environment(), 2)).isSameAs(two);
    PinnedTensors one = two.resized(NativeRuntime.environment(), 1);
    assertThat(two.isClosed()).isTrue();
    assertThat(one.input()).isSameAs(two.input());
    assertThat(one.input().remaining()).isEqualTo(3);
    PinnedTensors five = one.resized(NativeRuntime.environment(), 5);
    assertThat(one.isClosed()).isTrue();
    assertThat(five.input().remaining()).isEqualTo(15);
    five.close();
  }

  @Test
  void never_gives_two_threads_the_same() throws Exception {
    Set<PinnedTensors> made = new HashSet<>(List.of(tensors(), tensors()));
    made.forEach(pool::give);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> alone = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        float mark = thread;
        alone.add(threads.submit(() -> isAlone(mark)));
      }
      for (Future<Boolean> each : alone) {
        assertThat(each.get()).isTrue();
      }
    } finally {
      threads.shutdown();
    }
    assertThat(made).noneMatch(PinnedTensors::isClosed);
    pool.close();
    assertThat(made).allMatch(PinnedTensors::isClosed);
  }

  /** Writes a mark of the thread's own to all it gets, and reads it back. */
  private boolean isAlone(float mark) {
    boolean isAlone = true;
    for (int i = 0; i < 100_000; i++) {
      PinnedTensors tensors = pool.take();
      if (tensors != null) {
        isAlone &= tensors.input().put(mark).put(mark).get(0) == mark;
        pool.give(tensors);
      }
    }
    return isAlone;
  }
}
