package dev.mlops.architecture.offences.pipeline;

/** Something that a user asks for its size, and that prints as a class and a number. */
public final class Mute {

  public int size() {
    return 1;
  }
}
