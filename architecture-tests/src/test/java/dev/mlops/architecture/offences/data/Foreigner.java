package dev.mlops.architecture.offences.data;

/** Its method is a word of another language's grammar. */
final class Foreigner {

  public Foreigner in(String place) {
    return place.isEmpty() ? new Foreigner() : this;
  }
}
