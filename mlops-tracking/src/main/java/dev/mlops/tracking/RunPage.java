package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import dev.mlops.error.Plural;
import java.util.List;
import java.util.Optional;

/**
 * Some of the runs that a query finds, and where the next of them begin.
 *
 * @param runs the runs in the order of the query; none if all that followed was deleted meanwhile
 * @param next the token of the next page, for the same query; empty if this page is the last
 */
public record RunPage(List<RunView> runs, Optional<String> next) {

  /**
   * Copies the list.
   *
   * @param runs the runs in the order of the query; none if all that followed was deleted meanwhile
   * @param next the token of the next page, for the same query; empty if this page is the last
   */
  public RunPage {
    runs = Elements.copy(runs, "runs");
    requireNonNull(next, "next");
  }

  /** Returns the count in one line. */
  @Override
  public String toString() {
    return "page of "
        + Plural.of(runs.size(), "run")
        + (next.isPresent() ? ", more follow" : ", the last");
  }
}
