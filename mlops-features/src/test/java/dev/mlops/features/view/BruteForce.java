package dev.mlops.features.view;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The slow, obvious twin: looks at every row for every question. */
public final class BruteForce {

  static final String NOT_FOUND = "NOT_FOUND";
  static final String EXPIRED = "EXPIRED";
  static final String NULL = "NULL";

  /** A row as it was ingested. */
  record Event(
      long id,
      @Nullable String a,
      @Nullable Long b,
      long time,
      long known,
      @Nullable Double amount,
      @Nullable Boolean flag) {

    /** The event as it is known where it arrived at a time of its own. */
    Event knownFrom(long arrival) {
      return new Event(id, a, b, time, Math.max(known, arrival), amount, flag);
    }
  }

  private final List<Event> visible;

  /** Whether there is a row, also of a version that was replaced. */
  private final boolean found;

  @SuppressWarnings("ReferenceEquality") // a row that is sent again is equal, and another row
  BruteForce(
      List<Event> ingested,
      boolean versioned,
      @Nullable String a,
      @Nullable Long b,
      long t,
      boolean strict,
      boolean asKnown) {
    List<Event> known = ingested.stream().filter(e -> !asKnown || e.known <= t).toList();
    List<Event> rows = new ArrayList<>();
    boolean any = false;
    for (Event event : known) {
      boolean same = a != null && b != null && a.equals(event.a) && b.equals(event.b);
      boolean happened = strict ? event.time < t : event.time <= t;
      any |= same && happened;
      if (same && happened && (!versioned || event == lastVersion(known, event.id))) {
        rows.add(event);
      }
    }
    rows.sort(Comparator.comparingLong(Event::time).thenComparingLong(Event::known));
    this.visible = rows;
    this.found = any;
  }

  /** The one that became known last; of several the one that was ingested last. */
  private static @Nullable Event lastVersion(List<Event> known, long id) {
    Event last = null;
    for (Event event : known) {
      last = event.id == id && (last == null || event.known >= last.known) ? event : last;
    }
    return last;
  }

  Object latest(long t, long ttl) {
    if (visible.isEmpty()) {
      return NOT_FOUND;
    }
    Event last = visible.get(visible.size() - 1);
    if (t - last.time > ttl) {
      return EXPIRED;
    }
    return last.amount == null ? NULL : last.amount;
  }

  Object window(Aggregate aggregate, long t, long window, boolean strict) {
    if (!found) {
      return NOT_FOUND;
    }
    Predicate<Event> in = e -> strict ? e.time >= t - window : e.time > t - window;
    List<Event> events = visible.stream().filter(in).toList();
    if (aggregate == Aggregate.COUNT) {
      return (long) events.size();
    }
    List<Double> values = aggregate == Aggregate.SHARE ? flags(events) : amounts(events);
    if (values.isEmpty()) {
      return aggregate == Aggregate.SUM ? (Object) 0.0 : NULL;
    }
    int n = values.size();
    return switch (aggregate) {
      case SUM -> sum(values);
      case MEAN, SHARE -> sum(values) / n;
      case MIN -> values.contains(Double.NaN) ? Double.NaN : Collections.min(values);
      case MAX -> Collections.max(values);
      case LAST -> values.get(n - 1);
      case STD -> n == 1 ? NULL : std(values, sum(values) / n);
      case COUNT -> throw new AssertionError();
    };
  }

  private static List<Double> amounts(List<Event> events) {
    return events.stream().flatMap(e -> Stream.ofNullable(e.amount)).toList();
  }

  private static List<Double> flags(List<Event> events) {
    return events.stream().flatMap(e -> Stream.ofNullable(e.flag)).map(f -> f ? 1.0 : 0.0).toList();
  }

  public static double sum(List<Double> values) {
    List<Double> special = values.stream().filter(value -> !Double.isFinite(value)).toList();
    if (!special.isEmpty()) {
      return special.stream().reduce(0.0, (x, y) -> x + y);
    }
    return values.stream()
        .map(BigDecimal::new)
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .doubleValue();
  }

  private static double std(List<Double> values, double mean) {
    List<Double> squares = values.stream().map(value -> (value - mean) * (value - mean)).toList();
    return Math.sqrt(sum(squares) / (values.size() - 1));
  }
}
