package dev.mlops.quality;

import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expectation that modifiers may still change. */
final class Draft {
  private final String name;
  private final List<String> columns;
  private final String description;
  private final Dimension natural;
  private final boolean rowWise;
  private final Rule rule;
  private @Nullable Dimension dimension;
  private @Nullable Severity severity;
  private @Nullable Double mostly;

  private Draft(
      String name,
      List<String> columns,
      String description,
      Dimension natural,
      boolean rowWise,
      Rule rule) {
    this.name = name;
    this.columns = columns;
    this.description = description;
    this.natural = natural;
    this.rowWise = rowWise;
    this.rule = rule;
  }

  private Expectation finished() {
    return new Expectation(
        name,
        columns,
        description,
        dimension == null ? natural : dimension,
        severity == null ? Severity.BLOCK : severity,
        mostly == null ? 1 : mostly,
        rule);
  }

  private void mostly(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "mostly must be above 0 and at most 1: " + Exactly.number(share));
    }
    if (!rowWise) {
      throw new IllegalStateException(
          "mostly speaks of rows, but '" + description + "' judges the whole batch");
    }
    Once.refuse("mostly of", description, mostly);
    mostly = share;
  }

  private void severity(Severity value) {
    Once.refuse("severity of", description, severity);
    severity = value;
  }

  private void dimension(Dimension value) {
    Once.refuse("dimension of", description, dimension);
    dimension = value;
  }

  /** The drafts of one column or of the table, of which modifiers change the last. */
  static final class Pile {
    private final String subject;
    private final List<Draft> drafts = new ArrayList<>();

    Pile(String subject) {
      this.subject = subject;
    }

    void rows(
        String name, List<String> columns, String description, Dimension dimension, Rule rule) {
      drafts.add(new Draft(name, columns, description, dimension, true, rule));
    }

    void whole(
        String name,
        List<String> columns,
        String description,
        Dimension dimension,
        WholeRule rule) {
      drafts.add(new Draft(name, columns, description, dimension, false, rule));
    }

    void mostly(double share) {
      last("mostly").mostly(share);
    }

    void warn() {
      last("warn").severity(Severity.WARN);
    }

    void dimension(Dimension dimension) {
      last("dimension").dimension(dimension);
    }

    List<Expectation> finished() {
      return drafts.stream().map(Draft::finished).toList();
    }

    private Draft last(String modifier) {
      if (drafts.isEmpty()) {
        throw new IllegalStateException(
            modifier + " speaks of the expectation before it, but " + subject + " has none yet");
      }
      return drafts.get(drafts.size() - 1);
    }
  }
}
