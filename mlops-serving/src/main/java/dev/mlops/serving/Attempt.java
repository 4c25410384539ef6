package dev.mlops.serving;

import org.jspecify.annotations.Nullable;

/** What became of asking a model: a value or a failure. */
record Attempt<O>(@Nullable O value, @Nullable Throwable failure) {

  static <I, O> Attempt<O> of(Candidate<I, O> candidate, I input) {
    try {
      O value = candidate.predict(input);
      return value == null
          ? new Attempt<>(null, new IllegalStateException(candidate + " answered null"))
          : new Attempt<>(value, null);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      return new Attempt<>(null, e);
    }
  }

  boolean failed() {
    return failure != null;
  }

  O get() {
    if (value == null) {
      throw Attempt.<RuntimeException>unchecked(failure);
    }
    return value;
  }

  /** A model may throw what its type does not declare; the caller shall see just that. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> T unchecked(@Nullable Throwable failure) throws T {
    throw (T) java.util.Objects.requireNonNull(failure);
  }
}
