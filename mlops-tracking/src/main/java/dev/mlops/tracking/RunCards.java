package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mlops.data.Digest;
import dev.mlops.data.Micros;
import dev.mlops.storage.Session;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The details of runs that have ended, each run's in one row beside its own rows: a page of 500
 * runs then reads 500 rows and not 12,500. Rows stay what a run is; who changes a run removes its
 * card in the same transaction, and it gets another one when it is packed again.
 *
 * <p>Layout: that of {@link CheckedBytes}. Counts, steps and times are varints, texts are their
 * length and their UTF-8. Params and tags are names and texts; a metric is its name, its count,
 * which of its first, least and greatest point are not the latest one, the latest, and those; an
 * input is role, name and digest.
 */
final class RunCards {

  private static final int CHUNK = 500;
  private static final int POINTS = 4;
  private static final int POINT_BYTES = 2 * Varints.WIDEST + Double.BYTES;

  private RunCards() {}

  /** Returns the details of runs, from their cards or else from their rows. */
  static Map<Long, RunDetails> details(Session session, List<Long> keys) {
    Map<Long, RunDetails> details = new HashMap<>();
    session.each(
        "SELECT c.run, c.packed FROM mlops_run_cards c WHERE " + Keys.in("c.run", keys),
        row -> details.put(row.number("run"), unpack(row.bytes("packed"))));
    // In this order: who changes a run in between has removed its card or has not yet.
    details.putAll(
        RunDetails.ofRows(
            session, keys.stream().filter(key -> !details.containsKey(key)).toList()));
    return details;
  }

  /** Writes the cards of runs, whose locks the caller has. */
  static void write(Session session, List<Long> keys) {
    for (int from = 0; from < keys.size(); from += CHUNK) {
      List<Long> chunk = keys.subList(from, Math.min(keys.size(), from + CHUNK));
      List<@Nullable Object[]> rows = new ArrayList<>();
      RunDetails.ofRows(session, chunk)
          .forEach((run, details) -> rows.add(new @Nullable Object[] {run, pack(details)}));
      // A run whose block was dissolved has one.
      session.update("DELETE FROM mlops_run_cards WHERE " + Keys.in("run", chunk));
      session.batch("INSERT INTO mlops_run_cards (run, packed) VALUES (?, ?)", rows);
    }
  }

  /** Removes the card of a run that is about to change. */
  static void remove(Session session, long run) {
    session.update("DELETE FROM mlops_run_cards WHERE run = ?", run);
  }

  static byte[] pack(RunDetails details) {
    ByteBuffer bytes = CheckedBytes.begin(widest(details));
    put(bytes, details.params());
    put(bytes, details.tags());
    Varints.put(bytes, details.metrics().size());
    details.metrics().values().forEach(metric -> put(bytes, metric));
    Varints.put(bytes, details.inputs().size());
    for (RunView.Input input : details.inputs()) {
      put(bytes, input.role());
      put(bytes, input.name());
      put(bytes, input.digest().toString());
    }
    return CheckedBytes.end(bytes);
  }

  static RunDetails unpack(byte[] packed) {
    return CheckedBytes.read(
        packed,
        "a card of a run",
        "a stored card of a run is damaged; put back a copy of the database",
        bytes -> {
          Map<String, String> params = texts(bytes);
          Map<String, String> tags = texts(bytes);
          Map<String, MetricSummary> metrics = new HashMap<>();
          for (long left = Varints.get(bytes); left > 0; left--) {
            MetricSummary metric = metric(bytes);
            metrics.put(metric.name(), metric);
          }
          List<RunView.Input> inputs = new ArrayList<>();
          for (long left = Varints.get(bytes); left > 0; left--) {
            inputs.add(new RunView.Input(text(bytes), text(bytes), Digest.parse(text(bytes))));
          }
          return new RunDetails(params, metrics, tags, inputs);
        });
  }

  private static int widest(RunDetails details) {
    int texts = widest(details.params()) + widest(details.tags());
    int metrics =
        details.metrics().keySet().stream()
            .mapToInt(name -> widest(name) + Varints.WIDEST + 1 + POINTS * POINT_BYTES)
            .sum();
    int inputs =
        details.inputs().stream()
            .mapToInt(
                input ->
                    widest(input.role()) + widest(input.name()) + widest(input.digest().toString()))
            .sum();
    return POINTS * Varints.WIDEST + texts + metrics + inputs;
  }

  private static int widest(Map<String, String> texts) {
    return texts.entrySet().stream()
        .mapToInt(entry -> widest(entry.getKey()) + widest(entry.getValue()))
        .sum();
  }

  private static int widest(String text) {
    return Varints.WIDEST + 3 * text.length();
  }

  private static void put(ByteBuffer bytes, Map<String, String> texts) {
    Varints.put(bytes, texts.size());
    texts.forEach(
        (name, text) -> {
          put(bytes, name);
          put(bytes, text);
        });
  }

  private static Map<String, String> texts(ByteBuffer bytes) {
    Map<String, String> texts = new HashMap<>();
    for (long left = Varints.get(bytes); left > 0; left--) {
      String name = text(bytes);
      texts.put(name, text(bytes));
    }
    return texts;
  }

  private static void put(ByteBuffer bytes, String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    Varints.put(bytes, utf8.length);
    bytes.put(utf8);
  }

  /** No length is greater than the bytes that are left, so a damaged one takes no memory. */
  private static String text(ByteBuffer bytes) {
    long length = Varints.get(bytes);
    if (length < 0 || length > bytes.remaining()) {
      throw new IllegalArgumentException("a length of " + length);
    }
    byte[] utf8 = new byte[(int) length];
    bytes.get(utf8);
    return new String(utf8, UTF_8);
  }

  private static void put(ByteBuffer bytes, MetricSummary metric) {
    put(bytes, metric.name());
    Varints.put(bytes, metric.count());
    List<MetricPoint> others = List.of(metric.first(), metric.min(), metric.max());
    int own = 0;
    for (int i = 0; i < others.size(); i++) {
      own |= others.get(i).equals(metric.latest()) ? 0 : 1 << i;
    }
    bytes.put((byte) own);
    put(bytes, metric.latest());
    for (MetricPoint point : others) {
      if (!point.equals(metric.latest())) {
        put(bytes, point);
      }
    }
  }

  private static MetricSummary metric(ByteBuffer bytes) {
    String name = text(bytes);
    long count = Varints.get(bytes);
    int own = bytes.get();
    MetricPoint latest = point(bytes);
    MetricPoint first = (own & 1) == 0 ? latest : point(bytes);
    MetricPoint min = (own & 2) == 0 ? latest : point(bytes);
    MetricPoint max = (own & 4) == 0 ? latest : point(bytes);
    return new MetricSummary(name, count, first, latest, min, max);
  }

  private static void put(ByteBuffer bytes, MetricPoint point) {
    Varints.put(bytes, Varints.zigzag(point.step()));
    Varints.put(bytes, Varints.zigzag(Micros.floor(point.time())));
    bytes.putDouble(point.value());
  }

  private static MetricPoint point(ByteBuffer bytes) {
    long step = Varints.unzigzag(Varints.get(bytes));
    long time = Varints.unzigzag(Varints.get(bytes));
    return new MetricPoint(step, Micros.instant(time), bytes.getDouble());
  }
}
