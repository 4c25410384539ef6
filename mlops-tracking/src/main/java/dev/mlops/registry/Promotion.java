package dev.mlops.registry;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import dev.mlops.error.InvalidInputException;
import dev.mlops.storage.Names;
import java.util.ArrayList;
import java.util.List;

/**
 * What a version has to show before an alias moves to it: metrics of its run, answers of its model,
 * approvals by role. Immutable; each method returns a copy that asks for one thing more. Evidence
 * that is absent is not passed.
 *
 * <pre>{@code
 * Promotion rules =
 *     Promotion.requires()
 *         .metricAtLeast("auc", 0.7)
 *         .provenAtMost("log_loss", 0.5, 0.95)
 *         .approval("risk owner");
 * champion.promote(7, Expect.version(6), rules, because("auc +0.04"));
 * }</pre>
 */
public final class Promotion {

  private final List<PromotionGate> gates;

  private Promotion(List<PromotionGate> gates) {
    this.gates = List.copyOf(gates);
  }

  /**
   * Starts without a demand; rules that ask for nothing are refused when they are used.
   *
   * @return the rules
   */
  public static Promotion requires() {
    return new Promotion(List.of());
  }

  /**
   * Demands that a metric of the version's run is large enough: its latest value.
   *
   * @param metric the metric's name
   * @param least the least value that passes, in the metric's unit
   * @return the rules with it
   * @throws IllegalArgumentException if the limit is not finite
   * @throws IllegalStateException if the same is demanded already
   */
  public Promotion metricAtLeast(String metric, double least) {
    return with(MetricGate.of(metric, least, true));
  }

  /**
   * Demands that a metric of the version's run is small enough: its latest value.
   *
   * @param metric the metric's name
   * @param greatest the greatest value that passes, in the metric's unit
   * @return the rules with it
   * @throws IllegalArgumentException if the limit is not finite
   * @throws IllegalStateException if the same is demanded already
   */
  public Promotion metricAtMost(String metric, double greatest) {
    return with(MetricGate.of(metric, greatest, false));
  }

  /**
   * Demands that a metric is large enough with confidence: the lower end of the interval that
   * {@code run.metric(name, interval)} has logged.
   *
   * @param metric the metric's name
   * @param least the least value that passes, in the metric's unit
   * @param confidence the least confidence of the interval, in (0, 1)
   * @return the rules with it
   * @throws IllegalArgumentException if the limit is not finite, or the confidence out of range
   * @throws IllegalStateException if the same is demanded already
   */
  public Promotion provenAtLeast(String metric, double least, double confidence) {
    return with(MetricGate.proven(metric, least, true, confidence));
  }

  /**
   * Demands that a metric is small enough with confidence: the upper end of the interval that
   * {@code run.metric(name, interval)} has logged.
   *
   * @param metric the metric's name
   * @param greatest the greatest value that passes, in the metric's unit
   * @param confidence the least confidence of the interval, in (0, 1)
   * @return the rules with it
   * @throws IllegalArgumentException if the limit is not finite, or the confidence out of range
   * @throws IllegalStateException if the same is demanded already
   */
  public Promotion provenAtMost(String metric, double greatest, double confidence) {
    return with(MetricGate.proven(metric, greatest, false, confidence));
  }

  /**
   * Demands that the version's run was sealed when it ended, and is what it was.
   *
   * @return the rules with it
   * @throws IllegalStateException if the same is demanded already
   */
  public Promotion sealedRun() {
    return with(new PromotionGate.SealedRun());
  }

  /**
   * Demands golden predictions, which are asked of the model again.
   *
   * @param format runs the model
   * @return the rules with it
   * @throws IllegalStateException if the same is demanded already
   */
  public Promotion goldenPredictions(ModelFormat format) {
    return with(new PromotionGate.Golden(requireNonNull(format, "format")));
  }

  /**
   * Demands that a test of yours passes.
   *
   * @param name 1 to 250 characters
   * @param test passes if it returns; what it throws is told
   * @return the rules with it
   * @throws IllegalStateException if a test of that name is demanded already
   */
  public Promotion smokeTest(String name, SmokeTest test) {
    requireNonNull(name, "name");
    return with(
        new PromotionGate.Smoke(Names.checked("smoke test", name), requireNonNull(test, "test")));
  }

  /**
   * Demands the approval of somebody in a role: {@link ModelVersion#approve}.
   *
   * @param role the role, 1 to 250 characters
   * @return the rules with it
   * @throws IllegalStateException if the same is demanded already
   */
  public Promotion approval(String role) {
    requireNonNull(role, "role");
    return with(new PromotionGate.ApprovalBy(Names.checked("role", role)));
  }

  private Promotion with(PromotionGate gate) {
    if (gates.stream().anyMatch(known -> known.name().equals(gate.name()))) {
      throw new IllegalStateException("'" + gate.name() + "' is demanded already");
    }
    List<PromotionGate> all = new ArrayList<>(gates);
    all.add(gate);
    return new Promotion(all);
  }

  /**
   * Looks whether a version has all that is demanded. Every gate is asked; nothing is changed.
   *
   * @param version the version
   * @return what each gate has found, in the order of the demands
   * @throws InvalidInputException if nothing is demanded: then nothing would be shown
   */
  public PromotionCheck check(ModelVersion version) {
    requireNonNull(version, "version");
    if (gates.isEmpty()) {
      throw new InvalidInputException(
          "the rules demand nothing, so they show nothing; add a demand, or use moveTo");
    }
    PromotionSubject subject = new PromotionSubject(version);
    return new PromotionCheck(
        version.model(),
        version.number(),
        gates.stream().map(gate -> gate.check(subject)).toList());
  }

  /** Lists the roles whose approval is demanded, which are looked at again when the alias moves. */
  List<String> roles() {
    return gates.stream()
        .filter(PromotionGate.ApprovalBy.class::isInstance)
        .map(gate -> ((PromotionGate.ApprovalBy) gate).role())
        .toList();
  }

  /** Something that a version must be able to do. */
  @FunctionalInterface
  public interface SmokeTest {
    /**
     * Tries the version.
     *
     * @param version what is to be promoted
     * @throws Exception if it does not pass; the message is shown
     */
    void run(ModelVersion version) throws Exception;
  }

  static String limit(boolean isLeast, double limit) {
    return (isLeast ? "at least " : "at most ") + Exactly.number(limit);
  }

  @Override
  public String toString() {
    return "promotion needs " + gates.stream().map(PromotionGate::name).toList();
  }
}
