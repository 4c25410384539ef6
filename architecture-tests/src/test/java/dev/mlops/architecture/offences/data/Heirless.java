package dev.mlops.architecture.offences.data;

/** A public class that invites subclasses, beside one that says which it has. */
public class Heirless {

  /** An array is no third public type of the package. */
  Heirless[] children() {
    return new Heirless[] {this};
  }

  abstract static sealed class Family permits Child {}

  static final class Child extends Family {}
}
