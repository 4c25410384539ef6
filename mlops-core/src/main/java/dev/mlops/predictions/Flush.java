package dev.mlops.predictions;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.StorageException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Somebody waiting until all that was put into the queue before is settled. */
final class Flush {
  private final CompletableFuture<Optional<StorageException>> answer = new CompletableFuture<>();
  private final long records;
  private final boolean last;
  private final boolean quiet;

  /**
   * Begins to wait.
   *
   * @param records how many records were put into the queue before
   * @param last whether nothing comes behind
   * @param quiet whether losses are left for another to hear of
   */
  Flush(long records, boolean last, boolean quiet) {
    this.records = records;
    this.last = last;
    this.quiet = quiet;
  }

  /** Whether all its records were taken out of the queue. */
  boolean isBehind(long taken) {
    return taken >= records;
  }

  boolean isQuiet() {
    return quiet;
  }

  boolean isLast() {
    return last;
  }

  /**
   * Answers those who wait.
   *
   * @param loss what was lost, or empty
   * @return false if nobody waits any more
   */
  @CanIgnoreReturnValue
  boolean answer(Optional<StorageException> loss) {
    return answer.complete(loss);
  }

  /** Waits no longer; false if it has been answered meanwhile. */
  @CanIgnoreReturnValue
  boolean abandon() {
    return answer.cancel(false);
  }

  /** Waits for the answer or the end of the thread that gives it; false if the time is over. */
  boolean await(long nanos, CompletableFuture<?> end) throws InterruptedException {
    try {
      CompletableFuture.anyOf(answer, end).get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a flush is answered, not failed", e);
    }
  }

  /**
   * Throws what was answered.
   *
   * @throws StorageException if records were lost
   * @throws IllegalStateException if the thread has ended before it answered
   */
  void report() {
    if (!answer.isDone()) {
      throw new IllegalStateException("the prediction log is closed; open the workspace again");
    }
    answer
        .join()
        .ifPresent(
            loss -> {
              throw loss;
            });
  }
}
