package dev.mlops.predictions;

import dev.mlops.data.Micros;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.labels.Label;
import dev.mlops.labels.TextLabel;
import dev.mlops.storage.Names;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds what no database keeps, or no reader reads, before a record is taken. It runs for every
 * request, so it makes no text unless it has something to say.
 */
final class Refusal {
  static final int LONGEST_ENTITY = 1_000;
  static final int LONGEST_VALUE_NAME = 1_000;
  static final int MOST_VALUES = 10_000;
  static final Duration LONGEST_LATENCY = Duration.ofNanos(Long.MAX_VALUE);

  private Optional<String> found = Optional.empty();

  private Refusal() {}

  static Optional<String> of(PredictionRecord record) {
    return new Refusal()
        .or(blank("id", record.writtenId()))
        .or(blank("model", record.model()))
        .or(blank("version", record.version()))
        .or(text("id", record.writtenId(), Names.LONGEST))
        .or(text("model", record.model(), Names.LONGEST))
        .or(text("version", record.version(), Names.LONGEST))
        .or(text("variant", record.variant(), Names.LONGEST))
        .or(text("outcome", record.outcome(), Names.LONGEST))
        .or(text("trace", record.trace(), Names.LONGEST))
        .or(text("entity", record.entity(), LONGEST_ENTITY))
        .or(values("features", record.features()))
        .or(served(record.served()))
        .or(output(record.output()))
        .or(time(record.exactTime()))
        .or(latency(record))
        .found;
  }

  /** The first flaw is told. */
  private Refusal or(Optional<String> flaw) {
    if (found.isEmpty()) {
      found = flaw;
    }
    return this;
  }

  /** Says what is wrong with a label. */
  static Optional<String> of(Label label) {
    return text("the prediction id of a label,", label.predictionId(), Names.LONGEST)
        .or(
            () ->
                text(
                    "the label of '" + label.predictionId() + "',",
                    label instanceof TextLabel text ? text.value() : null,
                    Names.LONGEST_TEXT))
        .or(() -> time(label.time()));
  }

  private static Optional<String> served(@Nullable ServedFeatures served) {
    return served == null
        ? Optional.empty()
        : text("the service of the features,", served.service(), Names.LONGEST)
            .or(() -> text("the definition of the features,", served.definition(), Names.LONGEST))
            .or(() -> values("the request of the features", served.request()))
            .or(() -> values("the features without a value", served.absent()))
            .or(() -> time(served.at()));
  }

  private static Optional<String> output(@Nullable ModelOutput output) {
    if (output instanceof TextOutput text) {
      return text("output", text.text(), Names.LONGEST_TEXT);
    }
    if (output instanceof VectorOutput vector) {
      return vector.dimension() <= Names.LONGEST_TEXT
          ? Optional.empty()
          : Optional.of(tooMany("output has", vector.dimension(), "numbers", Names.LONGEST_TEXT));
    }
    return output instanceof ClassScores classes
        ? values("output", classes.scores())
        : Optional.empty();
  }

  private static Optional<String> time(Instant time) {
    try {
      var unused = Micros.floor(time);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<String> latency(PredictionRecord record) {
    if (Math.abs(record.latencySeconds()) < LONGEST_LATENCY.toSeconds()) {
      return Optional.empty();
    }
    Duration latency = record.latency();
    boolean fits = latency.abs().compareTo(LONGEST_LATENCY) <= 0;
    return fits
        ? Optional.empty()
        : Optional.of(
            "latency "
                + Exactly.duration(latency)
                + " is longer than "
                + Exactly.duration(LONGEST_LATENCY));
  }

  /** No label could join it, and nobody could ask for it. */
  private static Optional<String> blank(String what, @Nullable String text) {
    return text != null && Names.isBlank(text)
        ? Optional.of(what + " must not be blank")
        : Optional.empty();
  }

  private static Optional<String> text(String what, @Nullable String text, int longest) {
    return text == null
        ? Optional.empty()
        : Names.flaw(text, longest).map(flaw -> what + " '" + Names.shown(text) + "' " + flaw);
  }

  private static Optional<String> values(
      String kind, Map<String, ? extends @Nullable Object> values) {
    if (values.size() > MOST_VALUES) {
      return Optional.of(tooMany(kind + " has", values.size(), "values", MOST_VALUES));
    }
    long characters = 0;
    for (var value : values.entrySet()) {
      Optional<String> flaw = value(value.getKey(), value.getValue());
      if (flaw.isPresent()) {
        return flaw.map(is -> kind + ": " + is);
      }
      characters += value.getKey().length();
      characters += value.getValue() instanceof String text ? text.length() : 1;
    }
    return characters <= Names.LONGEST_TEXT
        ? Optional.empty()
        : Optional.of(tooMany(kind + " has", characters, "characters", Names.LONGEST_TEXT));
  }

  private static Optional<String> value(@Nullable String name, @Nullable Object value) {
    if (name == null || name.isEmpty()) {
      return Optional.of("a value has no name");
    }
    Optional<String> flaw = text("the name", name, LONGEST_VALUE_NAME);
    if (flaw.isEmpty() && value instanceof String text) {
      flaw = Names.flaw(text, Names.LONGEST_TEXT).map(is -> "value '" + name + "' " + is);
    }
    return flaw.or(() -> type(name, value));
  }

  private static Optional<String> type(String name, @Nullable Object value) {
    if (isTooLarge(value)) {
      return Optional.of(
          "value '"
              + name
              + "' is a number that neither INT64 nor FLOAT64 holds; give it as a text");
    }
    if (value == null
        || value instanceof String
        || value instanceof Number
        || value instanceof Boolean) {
      return Optional.empty();
    }
    return Optional.of(
        "value '"
            + name
            + "' is of "
            + value.getClass().getName()
            + "; known are numbers, strings and booleans");
  }

  private static boolean isTooLarge(@Nullable Object value) {
    return (value instanceof BigInteger whole && whole.bitLength() >= Long.SIZE)
        || (value instanceof BigDecimal real && Double.isInfinite(real.doubleValue()));
  }

  private static String tooMany(String what, long found, String unit, int most) {
    return "%s %s %s; at most %s are allowed"
        .formatted(what, Plural.grouped(found), unit, Plural.grouped(most));
  }
}
