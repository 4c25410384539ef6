package dev.mlops.design;

import dev.mlops.design.DesignFinding.Contradiction;
import dev.mlops.design.DesignFinding.Gap;
import dev.mlops.error.Elements;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a design still lacks, and where it contradicts itself.
 *
 * <p>Two fields are compared only if both are there: contradictions may come to light when gaps are
 * filled.
 *
 * @param design the design's name
 * @param gaps what nobody said yet, in the order of a design; unmodifiable
 * @param contradictions fields that cannot both hold, in the order of a design; unmodifiable
 */
public record DesignReview(String design, List<Gap> gaps, List<Contradiction> contradictions) {

  /**
   * Keeps copies.
   *
   * @param design the design's name
   * @param gaps what nobody said yet
   * @param contradictions fields that cannot both hold
   */
  public DesignReview {
    Objects.requireNonNull(contradictions, "contradictions");
    Objects.requireNonNull(design, "design");
    gaps = Elements.copy(gaps, "gaps");
    contradictions = Elements.copy(contradictions, "contradictions");
  }

  /**
   * Tells whether the design is complete and without contradictions.
   *
   * @return whether there is neither a gap nor a contradiction
   */
  public boolean isReady() {
    return gaps.isEmpty() && contradictions.isEmpty();
  }

  /**
   * Returns the review in a sentence.
   *
   * @return how many gaps and contradictions there are, and the first of them
   */
  public String sentence() {
    if (isReady()) {
      return "the design '" + design + "' is complete, and its fields agree";
    }
    String first =
        Stream.concat(contradictions.stream(), gaps.stream())
            .map(DesignFinding::sentence)
            .findFirst()
            .orElseThrow();
    return "the design '%s' is not ready: %s, %s; first: %s"
        .formatted(
            design,
            count(contradictions.size(), "contradiction"),
            count(gaps.size(), "gap"),
            first);
  }

  private static String count(int number, String what) {
    return Plural.of(number, what);
  }

  /**
   * Refuses a design that is not ready.
   *
   * @throws InvalidInputException if there is a gap or a contradiction
   */
  public void orThrow() {
    if (!isReady()) {
      throw new InvalidInputException(sentence());
    }
  }

  @Override
  public String toString() {
    return sentence();
  }
}
