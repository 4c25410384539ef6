package dev.mlops.serving.onnx;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Tensors that no run has just now. What a run gives back beyond the pool's size is closed, so that
 * a burst of threads leaves nothing behind; tensors of each thread would outlive a thread that
 * ends. Safe for use by many threads.
 */
final class TensorPool implements AutoCloseable {

  private final AtomicReferenceArray<@Nullable PinnedTensors> idle;

  TensorPool(int size) {
    idle = new AtomicReferenceArray<>(size);
  }

  /** Returns tensors for the caller alone, or null if there are none. */
  @Nullable PinnedTensors take() {
    for (int i = 0; i < idle.length(); i++) {
      if (idle.getPlain(i) != null) {
        PinnedTensors taken = idle.getAndSet(i, null);
        if (taken != null) {
          return taken;
        }
      }
    }
    return null;
  }

  /** Keeps tensors for the next run, or closes them. */
  void give(PinnedTensors tensors) {
    for (int i = 0; i < idle.length(); i++) {
      if (idle.getPlain(i) == null && idle.compareAndSet(i, null, tensors)) {
        return;
      }
    }
    tensors.close();
  }

  /** Closes the tensors inside. Those that are out are for their run to give back before. */
  @Override
  public void close() {
    for (PinnedTensors tensors = take(); tensors != null; tensors = take()) {
      tensors.close();
    }
  }
}
