package dev.mlops.design;

/** Something that keeps a design from being ready. */
public sealed interface DesignFinding {

  /**
   * Returns it in words.
   *
   * @return a sentence that names the fields
   */
  String sentence();

  /**
   * Nobody said something that has to be known.
   *
   * @param field the field as it stands in YAML, such as {@code problem.label_delay}
   * @param question the question whose answer belongs there
   * @param why what cannot be done without the answer
   */
  record Gap(String field, String question, String why) implements DesignFinding {
    @Override
    public String sentence() {
      return field + " is missing: " + question + " " + why;
    }

    @Override
    public String toString() {
      return sentence();
    }
  }

  /**
   * Two fields cannot both hold.
   *
   * @param first one field as it stands in YAML
   * @param second the other one
   * @param reason the two values, and why they do not go together
   */
  record Contradiction(String first, String second, String reason) implements DesignFinding {
    @Override
    public String sentence() {
      return first + " and " + second + " contradict each other: " + reason;
    }

    @Override
    public String toString() {
      return sentence();
    }
  }
}
