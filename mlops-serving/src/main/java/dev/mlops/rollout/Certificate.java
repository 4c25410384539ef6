package dev.mlops.rollout;

import dev.mlops.data.Digest;
import dev.mlops.error.Elements;
import dev.mlops.error.Plural;
import dev.mlops.journal.Actor;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.stats.Pairs;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a rollout's verdict depends on, so that anyone can recompute it: the plan, every
 * tick with its counts and the evidence after it, and every transition with its actor. Immutable.
 *
 * <p>Its text alone suffices: it names the formula and holds the bets, the limits, the rules by
 * which units and ticks are made, the salt and the digests of both models.
 *
 * <p>{@link #verify()} replays it. A change of a single count, of the evidence, of a rule or of an
 * outcome is refuted, and so is a change of anything else, as of a name: the text ends with a
 * digest of itself. A digest inside can't prove that nobody wrote another certificate from the
 * start: someone who forges counts, evidence and digest alike makes one that agrees with itself.
 * Compare its {@link #digest()} with the one that the workspace's journal holds for the transition;
 * no forgery has that.
 */
public final class Certificate {

  /** Why a transition happened. */
  public enum Cause {
    /** A tick completed the evidence. */
    EVIDENCE,
    /** The deadline passed. */
    DEADLINE,
    /** Somebody did it. */
    HAND
  }

  /**
   * One guard's counts of one short stretch of time, and the evidence after it.
   *
   * @param guard the guard's name
   * @param time when the tick was judged
   * @param step the step whose traffic it counts, from 0
   * @param counts events and bad events: the candidate's (canary) and the live model's (stable); of
   *     a shadow, {@link Pairs}
   * @param logWorse the natural logarithm of the evidence for "worse than tolerated", after this
   *     tick
   * @param logNotWorse the same for what promotion needs, such as "less than {@code margin} times
   *     as bad"; for "better" of the metric of an A/B test
   */
  public record Tick(
      String guard,
      Instant time,
      int step,
      BadEventProcess.Tick counts,
      double logWorse,
      double logNotWorse) {}

  /**
   * One change of state.
   *
   * @param afterTicks how many ticks were judged before it
   * @param time when it happened
   * @param cause why it happened
   * @param actor who did it
   * @param state the state that followed
   */
  public record Transition(
      int afterTicks, Instant time, Cause cause, Actor actor, RolloutState state) {}

  /** The outcome of {@link Certificate#verify()}. */
  public sealed interface Check {

    /**
     * Every number and every transition follows from the counts.
     *
     * @param ticks how many ticks were replayed
     * @param state the state that follows
     */
    record Confirmed(int ticks, RolloutState state) implements Check {}

    /**
     * Something doesn't follow.
     *
     * @param tick the index of the first tick that doesn't agree; the number of ticks if it is what
     *     comes after them
     * @param reason what was recorded, and what follows from the counts
     */
    record Refuted(int tick, String reason) implements Check {}
  }

  private final RolloutTerms terms;
  private final List<Tick> ticks;
  private final List<Transition> transitions;
  private final @Nullable Digest stated;

  Certificate(RolloutTerms terms, List<Tick> ticks, List<Transition> transitions) {
    this(terms, ticks, transitions, null);
  }

  Certificate(
      RolloutTerms terms, List<Tick> ticks, List<Transition> transitions, @Nullable Digest stated) {
    this.terms = terms;
    this.ticks = Elements.copy(ticks, "ticks");
    this.transitions = Elements.copy(transitions, "transitions");
    this.stated = stated;
  }

  /**
   * Reads a certificate.
   *
   * @param json what {@link #toJson()} wrote
   * @return the certificate, unverified
   * @throws dev.mlops.error.NewerFormException if a newer release wrote it
   * @throws dev.mlops.error.InvalidInputException if the text is no certificate, or one of its
   *     values is out of range; the message names the place
   */
  public static Certificate fromJson(String json) {
    return CertificateJson.read(Objects.requireNonNull(json, "json"));
  }

  /**
   * Writes this certificate; the same certificate gives the same text.
   *
   * @return one JSON object, with a version of its format, and {@link #digest()} as its last field
   */
  public String toJson() {
    return CertificateText.write(this, digest());
  }

  /**
   * Recomputes everything from the counts.
   *
   * @return whether each tick's evidence agrees to the last bit, each transition follows from the
   *     stated rules, and the digest that was read is that of the content
   */
  public Check verify() {
    return new Replay(this).check();
  }

  /**
   * Returns the digest of the content, which the journal holds for each transition: of the UTF-8
   * bytes of {@link #toJson()} without its last field.
   *
   * @return the digest
   */
  public Digest digest() {
    return Digest.of(CertificateText.withoutDigest(this).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns the ticks in the order in which they were judged.
   *
   * @return an unmodifiable list
   */
  public List<Tick> ticks() {
    return ticks;
  }

  /**
   * Returns the transitions in the order in which they happened.
   *
   * @return an unmodifiable list
   */
  public List<Transition> transitions() {
    return transitions;
  }

  /**
   * Names the rollout.
   *
   * @return router, live and candidate model
   */
  @Override
  public String toString() {
    return "certificate of %s: %s against %s, %s"
        .formatted(
            terms.router(), terms.candidate(), terms.live(), Plural.of(ticks.size(), "tick"));
  }

  /**
   * Returns the plan.
   *
   * @return what the rollout was told to do
   */
  public RolloutTerms terms() {
    return terms;
  }

  /** The digest that was read, null for a certificate that was not. */
  @Nullable Digest stated() {
    return stated;
  }
}
