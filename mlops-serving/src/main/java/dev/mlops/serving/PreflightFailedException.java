package dev.mlops.serving;

import dev.mlops.error.Elements;
import dev.mlops.error.MlopsException;
import dev.mlops.error.Plural;
import java.util.List;
import java.util.Objects;

/**
 * A candidate did not pass its {@link Preflight}, so no request has met it, and the live model
 * stays. What was handed over by {@link Candidate#closing} is closed.
 */
public final class PreflightFailedException extends MlopsException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 20;

  /** What was found, in the order of the checks. */
  private final List<String> findings;

  /**
   * Creates a failure.
   *
   * @param router the router's name
   * @param candidate the candidate and its version, as {@code model:version}
   * @param findings what was found, at least one; the message has the first 20
   */
  public PreflightFailedException(String router, String candidate, List<String> findings) {
    super(message(router, candidate, findings));
    this.findings = Elements.copy(findings, "findings");
  }

  private static String message(String router, String candidate, List<String> findings) {
    Objects.requireNonNull(router, "router");
    Objects.requireNonNull(candidate, "candidate");
    Objects.requireNonNull(findings, "findings");
    return "router '%s' does not take %s: its preflight found %s: %s"
        .formatted(router, candidate, Plural.of(findings.size(), "fault"), shown(findings));
  }

  private static String shown(List<String> findings) {
    int more = findings.size() - SHOWN;
    String first = String.join("; ", findings.subList(0, Math.min(SHOWN, findings.size())));
    return more > 0 ? first + "; and " + Plural.of(more, "more", "more") : first;
  }

  /**
   * Returns all that was found.
   *
   * @return one sentence each, in the order of the checks, unmodifiable
   */
  public List<String> findings() {
    return findings;
  }
}
