package dev.mlops.registry;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * Somebody's word that a version may be used.
 *
 * @param role in which it was given, such as {@code risk owner}
 * @param by who gave it
 * @param time when
 * @param reason why
 */
public record ModelApproval(String role, String by, Instant time, String reason) {
  /**
   * Checks the parts.
   *
   * @param role in which it was given
   * @param by who gave it
   * @param time when
   * @param reason why
   */
  public ModelApproval {
    requireNonNull(role, "role");
    requireNonNull(by, "by");
    requireNonNull(time, "time");
    requireNonNull(reason, "reason");
  }
}
