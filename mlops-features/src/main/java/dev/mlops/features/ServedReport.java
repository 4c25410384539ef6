package dev.mlops.features;

import dev.mlops.error.Elements;
import dev.mlops.error.Plural;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What came of comparing features that were logged while they were served with the training rows of
 * the same requests and instants. Immutable.
 */
public final class ServedReport {

  /** What a comparison came to. Where several are true, it is the most serious one. */
  public enum Conclusion {
    /** The log has no prediction of the query. */
    NOTHING_SERVED,
    /** All that could be compared is of other definitions of the service. */
    OTHER_DEFINITION,
    /** No prediction is of this service. */
    OTHER_SERVICE,
    /** Predictions were logged without saying where their features come from. */
    WITHOUT_ORIGIN,
    /** Values that were served are not those that a training set has. */
    DIFFERENT,
    /** Features of the service were not logged. */
    NOT_LOGGED,
    /** Values were asked for whose live rows were not kept any more; the model saw none. */
    OUT_OF_RANGE,
    /** Features were asked for another instant than that of the prediction. */
    OTHER_INSTANT,
    /** All compared features are absent, so nothing is proven. */
    NOTHING_PRESENT,
    /** What was served is what a training set has. */
    SAME
  }

  /**
   * Predictions that were not compared.
   *
   * @param withoutOrigin do not say where their features come from
   * @param beside are those of them whose model was asked with features of the service too
   * @param otherService have features of other services
   * @param otherDefinition have features of other definitions of the service
   */
  record NotCompared(long withoutOrigin, long beside, long otherService, long otherDefinition) {}

  /**
   * What was compared, in values.
   *
   * @param values how many
   * @param present have a value, logged or trained
   * @param outOfRange are not compared, since the live rows were not kept any more
   * @param differences differ
   */
  record Compared(long values, long present, long outOfRange, long differences) {}

  /**
   * The first value that differs.
   *
   * @param prediction the id of the prediction
   */
  record First(String prediction, ParityReport.Difference difference) {}

  private final String service;
  private final long predictions;
  private final long rows;
  private final Compared compared;
  private final Map<String, Long> byFeature;
  private final @Nullable First first;
  private final List<String> notLogged;
  private final NotCompared notCompared;
  private final long otherInstant;
  private final long stale;
  private final long backfilled;

  ServedReport(
      String service,
      long predictions,
      long rows,
      Compared compared,
      Map<String, Long> byFeature,
      @Nullable First first,
      Collection<String> notLogged,
      NotCompared notCompared,
      long otherInstant,
      long stale,
      long backfilled) {
    this.service = service;
    this.predictions = predictions;
    this.rows = rows;
    this.compared = compared;
    this.byFeature = Collections.unmodifiableMap(new LinkedHashMap<>(byFeature));
    this.first = first;
    this.notLogged = Elements.copy(notLogged, "notLogged");
    this.notCompared = notCompared;
    this.otherInstant = otherInstant;
    this.stale = stale;
    this.backfilled = backfilled;
  }

  /**
   * Returns the outcome.
   *
   * @return what the comparison came to
   */
  public Conclusion conclusion() {
    return rows == 0 ? nothingCompared() : comparison();
  }

  private Conclusion nothingCompared() {
    if (predictions == 0) {
      return Conclusion.NOTHING_SERVED;
    }
    if (notCompared.otherDefinition > 0) {
      return Conclusion.OTHER_DEFINITION;
    }
    return notCompared.otherService > 0 ? Conclusion.OTHER_SERVICE : Conclusion.WITHOUT_ORIGIN;
  }

  private Conclusion comparison() {
    if (compared.differences > 0) {
      return Conclusion.DIFFERENT;
    }
    if (!notLogged.isEmpty()) {
      return Conclusion.NOT_LOGGED;
    }
    if (compared.outOfRange > 0) {
      return Conclusion.OUT_OF_RANGE;
    }
    if (otherInstant > 0) {
      return Conclusion.OTHER_INSTANT;
    }
    if (notCompared.otherDefinition > 0) {
      return Conclusion.OTHER_DEFINITION;
    }
    if (notCompared.beside > 0) {
      return Conclusion.WITHOUT_ORIGIN;
    }
    return compared.present == 0 ? Conclusion.NOTHING_PRESENT : Conclusion.SAME;
  }

  /**
   * Tells whether what was served is what is trained on.
   *
   * @return true if values were compared and one of them at least is present; none differs, was out
   *     of range or asked for another instant; every feature was logged; and no prediction of the
   *     same models has features of another definition, or does not say where they come from
   */
  public boolean same() {
    return conclusion() == Conclusion.SAME;
  }

  /**
   * Fails the calling test unless what was served is what is trained on.
   *
   * @throws AssertionError naming the features that differ, or saying why nothing is proven
   */
  public void assertSame() {
    if (!same()) {
      throw new AssertionError(toString());
    }
  }

  /**
   * Returns the service.
   *
   * @return its name
   */
  public String service() {
    return service;
  }

  /**
   * Counts the predictions of the query.
   *
   * @return how many the log has
   */
  public long predictions() {
    return predictions;
  }

  /**
   * Counts the predictions whose features were compared.
   *
   * @return how many have features of the service, by its present definition
   */
  public long rows() {
    return rows;
  }

  /**
   * Counts the values that were compared, bit for bit; where there is none, the reason.
   *
   * @return how many
   */
  public long values() {
    return compared.values;
  }

  /**
   * Counts the compared values that are present.
   *
   * @return how many have a value, logged or trained
   */
  public long present() {
    return compared.present;
  }

  /**
   * Counts the values that the live reader did not answer, since the rows of their instant were not
   * kept any more; they are not compared.
   *
   * @return how many
   */
  public long outOfRange() {
    return compared.outOfRange;
  }

  /**
   * Counts the compared values that differ.
   *
   * @return how many
   */
  public long differences() {
    return compared.differences;
  }

  /**
   * Counts the differences by feature.
   *
   * @return how often each feature differs that does, most often first; unmodifiable
   */
  public Map<String, Long> byFeature() {
    return byFeature;
  }

  /**
   * Returns the first value that differs, in the order of time.
   *
   * @return the difference; empty if there is none
   */
  public Optional<ParityReport.Difference> first() {
    return Optional.ofNullable(first).map(First::difference);
  }

  /**
   * Returns the features of the service that predictions lack, with or without a value.
   *
   * @return their names in the order of the service; unmodifiable
   */
  public List<String> notLogged() {
    return notLogged;
  }

  /**
   * Counts the predictions that do not say where their features come from, of all models.
   *
   * @return how many were logged with values alone, or without features
   */
  public long withoutOrigin() {
    return notCompared.withoutOrigin;
  }

  /**
   * Counts the predictions with features of other services.
   *
   * @return how many; they are left out
   */
  public long otherService() {
    return notCompared.otherService;
  }

  /**
   * Counts the predictions with features of other definitions of the service.
   *
   * @return how many; they are not compared
   */
  public long otherDefinition() {
    return notCompared.otherDefinition;
  }

  /**
   * Counts the compared predictions whose features were asked for another instant, as those that
   * were kept and used again.
   *
   * @return how many; see {@link ParityReport.Proof#within}
   */
  public long otherInstant() {
    return otherInstant;
  }

  /**
   * Counts the compared predictions whose reader had not seen all rows that had arrived.
   *
   * @return how many
   */
  public long stale() {
    return stale;
  }

  /**
   * Counts the rows that were loaded afterwards and that a reader could not have seen; the training
   * rows are made without them.
   *
   * @return how many
   */
  public long backfilled() {
    return backfilled;
  }

  /** Says what came of it in one line, beginning with the service. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(service).append(": ").append(summary());
    if (!notLogged.isEmpty()) {
      text.append("; never logged, with or without a value: ").append(notLogged);
    }
    add(
        text,
        compared.outOfRange,
        "value was",
        "values were",
        "not compared, as the live rows of its time were not kept");
    add(
        text,
        otherInstant,
        "row was",
        "rows were",
        "asked for another instant than that of the prediction");
    add(
        text,
        notCompared.otherDefinition,
        "prediction has",
        "predictions have",
        "features of another definition of the service");
    add(
        text,
        stale,
        "row was",
        "rows were",
        "served by a reader that had not seen all rows that had arrived");
    add(
        text,
        notCompared.otherService,
        "prediction has",
        "predictions have",
        "features of another service");
    add(
        text,
        notCompared.withoutOrigin,
        "prediction does",
        "predictions do",
        "not say where the features come from, "
            + notCompared.beside
            + " of them of models that were compared");
    add(text, backfilled, "row was", "rows were", "loaded afterwards and left out");
    return text.toString();
  }

  private String summary() {
    if (predictions == 0) {
      return "nothing was served: the log has no prediction of this query, so nothing is proven";
    }
    if (rows == 0) {
      return Plural.of(predictions, "prediction proves", "predictions prove")
          + " nothing: none has features of this service by its present definition."
          + " Give the router a FeatureVector, or .servedFeatures(...)";
    }
    String all =
        Plural.of(compared.values, "logged value") + " of " + Plural.of(rows, "served row");
    if (first != null) {
      String counts =
          byFeature.entrySet().stream()
              .map(each -> each.getKey() + " " + Plural.of(each.getValue(), "time"))
              .collect(Collectors.joining(", "));
      return all
          + ", "
          + Plural.of(compared.differences, "differs", "differ")
          + " ("
          + counts
          + "); first, of prediction "
          + first.prediction
          + ": "
          + first.difference;
    }
    return compared.present == 0
        ? all + " prove nothing: none is present"
        : all + " are those that a training set has, " + compared.present + " of them present";
  }

  private static void add(StringBuilder text, long count, String one, String many, String what) {
    if (count > 0) {
      text.append("; ").append(Plural.of(count, one, many)).append(' ').append(what);
    }
  }
}
