package dev.mlops.registry;

import dev.mlops.error.MlopsException;
import java.util.Objects;

/** A version has not all that its promotion needs; the alias stays where it stands. */
public final class PromotionRefusedException extends MlopsException {
  private static final long serialVersionUID = 1L;

  /** What was found; records of texts and numbers, which are never written out. */
  private final transient PromotionCheck check;

  PromotionRefusedException(String alias, PromotionCheck check) {
    super(
        "alias '"
            + alias
            + "' stays where it is: "
            + Objects.requireNonNull(check, "check")
            + ". Bring what is missing, or use promoteAnyway(...), which the journal keeps");
    this.check = check;
  }

  /**
   * Returns what was found.
   *
   * @return the check, with all that is missing
   */
  public PromotionCheck check() {
    return check;
  }
}
