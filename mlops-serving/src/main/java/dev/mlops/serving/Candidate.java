package dev.mlops.serving;

import dev.mlops.data.Digest;
import dev.mlops.error.MlopsException;
import dev.mlops.error.Once;
import dev.mlops.models.ModelFiles;
import dev.mlops.models.ModelSource;
import dev.mlops.models.MovableSource;
import dev.mlops.models.ResolvedModel;
import dev.mlops.storage.Names;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model version that a {@link DeploymentRouter} can put into service, or a batch scoring can ask.
 * Immutable.
 *
 * <p>Who opens, closes: of a candidate made by {@link #of} the router closes nothing, unless it was
 * handed over by {@link #closing}. What {@link #open} loaded it closes, as what was handed over:
 * when the candidate is out of service and the last request has left it. A candidate that no router
 * was given is closed by {@link #close}.
 *
 * @param <I> what is asked
 * @param <O> what is answered
 */
public final class Candidate<I, O> implements Predictor<I, O>, AutoCloseable {

  private final ServedModel served;
  private final Predictor<? super I, ? extends O> predictor;
  private final @Nullable AutoCloseable owned;
  private final @Nullable MovableSource source;

  private Candidate(
      String model,
      String version,
      Predictor<? super I, ? extends O> predictor,
      @Nullable Digest digest,
      @Nullable AutoCloseable owned,
      @Nullable MovableSource source) {
    this.served =
        new ServedModel(Names.checked("model", model), Names.checked("version", version), digest);
    this.predictor = Objects.requireNonNull(predictor, "predictor");
    this.owned = owned;
    this.source = source;
  }

  /**
   * Names a model version and how to ask it.
   *
   * @param model the model's name, not blank
   * @param version its version, not blank
   * @param predictor answers for it; safe for use by many threads
   * @param <I> what is asked
   * @param <O> what is answered
   * @return the candidate; the caller closes the predictor, after {@link DeploymentRouter#replace}
   *     or the router's close
   */
  public static <I, O> Candidate<I, O> of(
      String model, String version, Predictor<? super I, ? extends O> predictor) {
    return new Candidate<>(model, version, predictor, null, null, null);
  }

  /**
   * Names a model version that is a number, and how to ask it.
   *
   * @param model the model's name, not blank
   * @param version its version
   * @param predictor answers for it; safe for use by many threads
   * @param <I> what is asked
   * @param <O> what is answered
   * @return the candidate, as {@link #of(String, String, Predictor)}
   */
  public static <I, O> Candidate<I, O> of(
      String model, long version, Predictor<? super I, ? extends O> predictor) {
    return of(model, Long.toString(version), predictor);
  }

  /**
   * Opens a model where a source says that it is: a version or an alias of a registry, a file. The
   * source is asked once, so an alias that moves later does not change the candidate, which says by
   * {@link #version()} and {@link #digest()} what it is.
   *
   * <pre>{@code
   * Candidate.open(registry.alias("churn", "champion"), OnnxPredictor::load)
   *     .compose(Customer::values)
   *     .andThen(probabilities -> (double) probabilities[1]);
   * }</pre>
   *
   * @param source where the model is
   * @param load makes a predictor of its files, safe for use by many threads; if it is {@link
   *     AutoCloseable}, the router closes it
   * @param <I> what is asked
   * @param <O> what is answered
   * @return the candidate, with the name, version and digest of what was found
   * @throws dev.mlops.error.NotFoundException if there is no such model
   */
  public static <I, O> Candidate<I, O> open(
      ModelSource source, Function<? super ModelFiles, ? extends Predictor<I, O>> load) {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(load, "load");
    ResolvedModel found = source.resolve();
    Predictor<I, O> predictor = load.apply(found.files());
    return new Candidate<>(
        found.name(),
        Integer.toString(found.version()),
        predictor,
        found.digest(),
        predictor instanceof AutoCloseable owned ? owned : null,
        source instanceof MovableSource movable ? movable : null);
  }

  /**
   * Turns what is asked into what the model takes.
   *
   * @param before makes the model's input
   * @param <J> the new input
   * @return a copy that applies {@code before}, then the model
   */
  @Override
  public <J> Candidate<J, O> compose(Function<? super J, ? extends I> before) {
    Objects.requireNonNull(before, "before");
    return new Candidate<>(
        model(), version(), input -> predict(before.apply(input)), served.digest(), owned, source);
  }

  /**
   * Turns what the model answers into what is wanted.
   *
   * @param after reads the model's output
   * @param <P> the new output
   * @return a copy that applies the model, then {@code after}
   */
  @Override
  public <P> Candidate<I, P> andThen(Function<? super O, ? extends P> after) {
    Objects.requireNonNull(after, "after");
    return new Candidate<>(
        model(), version(), input -> after.apply(predict(input)), served.digest(), owned, source);
  }

  /**
   * Adds the digest of the model's bytes, which then appears in the journal and in certificates.
   *
   * @param digest the digest of the model
   * @return a copy with the digest
   * @throws IllegalStateException if a digest is already set
   */
  public Candidate<I, O> digest(Digest digest) {
    Objects.requireNonNull(digest, "digest");
    return new Candidate<>(
        model(), version(), predictor, Once.set("digest", served.digest(), digest), owned, source);
  }

  /**
   * Hands over what the router closes once the candidate is out of service and nobody is inside it.
   *
   * @param owned what to close, for instance the model's session
   * @return a copy that the router closes
   * @throws IllegalStateException if something is already handed over
   */
  public Candidate<I, O> closing(AutoCloseable owned) {
    Objects.requireNonNull(owned, "owned");
    return new Candidate<>(
        model(),
        version(),
        predictor,
        served.digest(),
        Once.set("closing", this.owned, owned),
        source);
  }

  /**
   * Returns the model's name.
   *
   * @return the name
   */
  public String model() {
    return served.model();
  }

  /**
   * Returns the model's version.
   *
   * @return the version
   */
  public String version() {
    return served.version();
  }

  /**
   * Returns the digest of the model's bytes.
   *
   * @return the digest, empty if none was given
   */
  public Optional<Digest> digest() {
    return Optional.ofNullable(served.digest());
  }

  /**
   * Names this candidate in messages.
   *
   * @return {@code model:version}
   */
  @Override
  public String toString() {
    return served.toString();
  }

  /**
   * Asks the model.
   *
   * @param input what is asked
   * @return what the model answers
   */
  @Override
  public O predict(I input) {
    Objects.requireNonNull(input, "input");
    return predictor.predict(input);
  }

  /** What of it outlives it: neither a model nor its files. */
  ServedModel served() {
    return served;
  }

  /** Where the model came from, if that can be moved to another version. */
  @Nullable MovableSource source() {
    return source;
  }

  /**
   * Closes what {@link #open} loaded or {@link #closing} handed over, of a candidate that no router
   * was given; a router does it by itself.
   *
   * @throws MlopsException if it cannot be closed
   */
  @Override
  public void close() {
    try {
      closeOwned();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new MlopsException("cannot close " + this + ": " + e.getMessage(), e);
    }
  }

  /** Closes what was handed over with this candidate, unless another one in service owns it too. */
  void closeUnlessOwnedBy(Candidate<?, ?> inService) throws Exception {
    if (owned != inService.owned) {
      closeOwned();
    }
  }

  void closeOwned() throws Exception {
    if (owned != null) {
      owned.close();
    }
  }
}
