package dev.mlops.serving;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What became of asking a model: a value or a failure of any kind, an {@link Error} too. It is
 * counted before anyone decides whether another model answers or the caller sees the failure.
 */
record Attempt<O>(@Nullable O value, @Nullable Throwable failure, boolean interrupted) {

  private static final int LONGEST_CHAIN = 20;

  @SuppressWarnings("unchecked")
  static <I, O> Attempt<O> of(Candidate<I, O> candidate, I input) {
    Object asked = valueOrFailed(candidate, input);
    return asked instanceof Attempt<?> failed
        ? (Attempt<O>) failed
        : new Attempt<>((O) asked, null, false);
  }

  /**
   * Asks a model.
   *
   * @return what it answers, or an attempt that failed in its place: so that the usual request
   *     makes no object for what became of it
   */
  static <I, O> Object valueOrFailed(Candidate<I, O> candidate, I input) {
    try {
      O value = candidate.predict(input);
      return value == null
          ? failed(new IllegalStateException(candidate + " answered null"))
          : value;
    } catch (Throwable e) {
      return failed(e);
    }
  }

  /** An attempt that came to nothing; it is told apart whether the caller was interrupted. */
  static <O> Attempt<O> failed(Throwable failure) {
    return new Attempt<>(
        null, failure, Thread.currentThread().isInterrupted() || isInterruption(failure));
  }

  /** The same on a thread that nobody interrupts: what looks like an interrupt is the model's. */
  Attempt<O> onAnotherThread() {
    return interrupted ? new Attempt<>(value, failure, false) : this;
  }

  boolean failed() {
    return failure != null;
  }

  O get() {
    throwFailure();
    return Objects.requireNonNull(value);
  }

  /** Throws what the model threw, if it did. */
  void throwFailure() {
    if (failure != null) {
      throw Attempt.<RuntimeException>unchecked(failure);
    }
  }

  /**
   * What another thread has thrown, as one of the model's own pool, tells nothing of the caller.
   */
  private static boolean isInterruption(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < LONGEST_CHAIN; i++) {
      if (cause instanceof ExecutionException || cause instanceof CompletionException) {
        return false;
      }
      boolean isTimeout = cause instanceof SocketTimeoutException;
      if (cause instanceof InterruptedException
          || cause instanceof ClosedByInterruptException
          || (cause instanceof InterruptedIOException && !isTimeout)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** A model may throw what its type does not declare; the caller sees just that. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> T unchecked(Throwable failure) throws T {
    throw (T) failure;
  }
}
