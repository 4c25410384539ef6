package dev.mlops.features;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What came of comparing features that were logged while they were served with the training rows of
 * the same requests and instants.
 *
 * @param service the service's name
 * @param rows how many logged rows were compared
 * @param values how many logged values were compared, bit for bit
 * @param present how many of them have a value, logged or trained
 * @param differences how many of them differ
 * @param byFeature for each feature that differs, how often; most often first
 * @param firstDifference the first that differs, or null
 * @param notLogged the features of the service that the log does not have at all
 * @param otherDefinition how many rows were served by another definition of the service
 * @param otherService how many rows are of other services, or do not say of which; they are left
 *     out
 * @param stale how many rows were served by a reader that had not seen all rows that had arrived
 * @param backfilled how many rows were loaded afterwards that no served row could have seen; the
 *     training rows are made without them
 */
public record ServedReport(
    String service,
    int rows,
    long values,
    long present,
    long differences,
    Map<String, Long> byFeature,
    ParityReport.@Nullable Difference firstDifference,
    List<String> notLogged,
    int otherDefinition,
    int otherService,
    int stale,
    long backfilled) {

  /**
   * Copies the collections.
   *
   * @param service the service's name
   * @param rows how many logged rows were compared
   * @param values how many logged values were compared
   * @param present how many of them have a value, logged or trained
   * @param differences how many of them differ
   * @param byFeature for each feature that differs, how often
   * @param firstDifference the first that differs, or null
   * @param notLogged the features that the log does not have at all
   * @param otherDefinition how many rows were served by another definition
   * @param otherService how many rows are of other services
   * @param stale how many rows were served by a reader that was behind
   * @param backfilled how many rows were loaded afterwards
   */
  public ServedReport {
    byFeature = Collections.unmodifiableMap(new LinkedHashMap<>(byFeature));
    notLogged = List.copyOf(notLogged);
  }

  /**
   * Tells whether what was served is what is trained on.
   *
   * @return true if values were compared, one of them at least is present, none differs, every
   *     feature was logged, and no row was served by another definition
   */
  public boolean same() {
    return present > 0 && differences == 0 && notLogged.isEmpty() && otherDefinition == 0;
  }

  /**
   * Fails the calling test unless what was served is what is trained on.
   *
   * @throws AssertionError naming the features that differ, or saying that there was nothing to
   *     compare
   */
  public void assertSame() {
    if (!same()) {
      throw new AssertionError(toString());
    }
  }

  @Override
  public String toString() {
    return service + ": " + comparison() + findings();
  }

  private String comparison() {
    String all = values + " logged values of " + rows + " served rows";
    if (firstDifference != null) {
      String counts =
          byFeature.entrySet().stream()
              .map(each -> each.getKey() + " " + each.getValue() + " times")
              .collect(Collectors.joining(", "));
      return all + ", " + differences + " differ (" + counts + "); first: " + firstDifference;
    }
    return present == 0
        ? all + " prove nothing: none is present. Log FeatureVector.logged() with each prediction"
        : all + " are those that a training set has";
  }

  private String findings() {
    StringBuilder text = new StringBuilder();
    if (!notLogged.isEmpty()) {
      text.append("; never logged: ").append(notLogged);
    }
    add(text, otherDefinition, "rows were served by another definition of the service");
    add(text, stale, "rows were served by a reader that had not seen all rows that had arrived");
    add(text, otherService, "rows are of other services or do not say of which");
    add(text, backfilled, "rows were loaded afterwards and are left out");
    return text.toString();
  }

  private static void add(StringBuilder text, long count, String what) {
    if (count > 0) {
      text.append("; ").append(count).append(' ').append(what);
    }
  }
}
