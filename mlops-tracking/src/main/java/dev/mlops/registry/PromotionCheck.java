package dev.mlops.registry;

import dev.mlops.error.Elements;
import dev.mlops.error.Plural;
import java.util.List;
import java.util.Objects;

/**
 * What all demands of a {@link Promotion} have found of a version.
 *
 * @param model the model's name
 * @param version the version's number
 * @param findings one for each demand, in their order; unmodifiable, never empty
 */
public record PromotionCheck(String model, int version, List<PromotionFinding> findings) {
  /**
   * Copies the findings.
   *
   * @param model the model's name
   * @param version the version's number
   * @param findings one for each demand, in their order
   */
  public PromotionCheck {
    Objects.requireNonNull(model, "model");
    findings = Elements.copy(findings, "findings");
  }

  /**
   * Tells whether every demand is met.
   *
   * @return whether nothing is missing
   */
  public boolean passed() {
    return missing().isEmpty();
  }

  /**
   * Lists what is missing.
   *
   * @return the demands that are not met, in their order
   */
  public List<PromotionFinding> missing() {
    return findings.stream().filter(finding -> !finding.passed()).toList();
  }

  /** Returns the check in one sentence, with all that is missing. */
  @Override
  public String toString() {
    List<PromotionFinding> missing = missing();
    String what = "model '" + model + "' version " + version;
    return missing.isEmpty()
        ? what + " has all that is demanded: " + words(findings)
        : what
            + " lacks "
            + missing.size()
            + " of "
            + Plural.of(findings.size(), "demand")
            + ": "
            + words(missing);
  }

  private static String words(List<PromotionFinding> findings) {
    return String.join("; ", findings.stream().map(PromotionFinding::toString).toList());
  }
}
