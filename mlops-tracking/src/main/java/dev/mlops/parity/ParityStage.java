package dev.mlops.parity;

/** What of a pipeline was compared with the records of Python. */
public enum ParityStage {
  /** The features that were computed here from the recorded raw rows. */
  FEATURES("feature"),

  /**
   * The answers of the model to the recorded features: whether the exported model is the trained
   * one, whatever the features are.
   */
  MODEL("the model's answer"),

  /**
   * The answers of the model to the features that were computed here; asked only if each of these
   * is the recorded one, within its limit. A tree may turn another way at the last bit.
   */
  PIPELINE("the pipeline's answer");

  private final String words;

  ParityStage(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }
}
