package dev.mlops.registry;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where an alias is believed to stand before it moves. Immutable. */
public final class Expect {

  private static final Expect NONE = new Expect(false, null);
  private static final Expect ANY = new Expect(true, null);

  private final boolean any;
  private final @Nullable Integer version;

  private Expect(boolean any, @Nullable Integer version) {
    this.any = any;
    this.version = version;
  }

  /**
   * Expects a version.
   *
   * @param number at least 1
   * @return fulfilled if the alias stands at that version
   */
  public static Expect version(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("version must be at least 1: " + number);
    }
    return new Expect(false, number);
  }

  /**
   * Expects that the alias was never set, or was cleared.
   *
   * @return fulfilled if the alias stands nowhere
   */
  public static Expect none() {
    return NONE;
  }

  /**
   * Expects nothing: the last one to move wins.
   *
   * @return always fulfilled
   */
  public static Expect any() {
    return ANY;
  }

  boolean isMetBy(@Nullable Integer actual) {
    return any || Objects.equals(version, actual);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Expect that && any == that.any && Objects.equals(version, that.version);
  }

  @Override
  public int hashCode() {
    return Objects.hash(any, version);
  }

  /** Returns the expectation in words, such as {@code version 6}. */
  @Override
  public String toString() {
    return any ? "any version" : version == null ? "no version" : "version " + version;
  }
}
