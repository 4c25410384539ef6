package dev.mlops.data;

import dev.mlops.error.Elements;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Rows in batches: datasets of one schema, one after the other, for data that does not fit into
 * memory. Only the batch at hand is in memory.
 *
 * <pre>{@code
 * try (Batches flights = Csv.read(Path.of("flights.csv")).schema(schema).batches(100_000)) {
 *   for (Dataset batch : flights) {
 *     late += batch.where(row -> row.getDouble("delay") > 15).rowCount();
 *   }
 * }
 * }</pre>
 *
 * <p>Each batch has exactly the schema of the batches. One with other names or types, or with a
 * null where the schema has none, is an {@link InvalidInputException} that names the batch, counted
 * from 0, and the column; the iteration is over then. A batch may be empty.
 *
 * <p>{@link #isRepeatable Repeatable} batches can be iterated as often as you like, each time from
 * the first. One-time batches, for example of a stream, can be iterated once; a second time is an
 * {@link IllegalStateException}.
 *
 * <p>An iteration that comes to its end, or fails, frees what it holds: a file, or a connection to
 * a database. {@link #close} frees it for those that were left half-way. Safe for use by many
 * threads; each iterator is used by one.
 */
public final class Batches implements Iterable<Dataset>, AutoCloseable {

  private final Schema schema;
  private final String origin;
  private final boolean repeatable;
  private final Supplier<? extends Iterator<Dataset>> source;
  private final Runnable closing;
  private final Set<BatchIterator> running = ConcurrentHashMap.newKeySet();
  private boolean begun;
  private boolean closed;

  private Batches(
      Schema schema,
      String origin,
      boolean repeatable,
      Supplier<? extends Iterator<Dataset>> source,
      Runnable closing) {
    this.schema = Objects.requireNonNull(schema, "schema");
    this.origin = origin;
    this.repeatable = repeatable;
    this.source = Objects.requireNonNull(source, "source");
    this.closing = closing;
  }

  /**
   * Makes one batch of a dataset. Repeatable.
   *
   * @param dataset the rows
   * @return the batches
   */
  public static Batches of(Dataset dataset) {
    Objects.requireNonNull(dataset, "dataset");
    return of(dataset.schema(), List.of(dataset));
  }

  /**
   * Makes a batch of each dataset. Repeatable.
   *
   * @param schema the fields of each
   * @param datasets the batches in order; may be empty
   * @return the batches
   * @throws InvalidInputException if a dataset has another schema; the message names batch, column
   *     and both types
   */
  public static Batches of(Schema schema, List<Dataset> datasets) {
    Objects.requireNonNull(schema, "schema");
    List<Dataset> checked = new ArrayList<>();
    for (Dataset dataset : Elements.copy(datasets, "datasets")) {
      checked.add(BatchSchema.require(schema, dataset, checked.size()));
    }
    List<Dataset> all = List.copyOf(checked);
    return repeatable(schema, "datasets in memory", all::iterator, () -> {});
  }

  /**
   * Makes batches of a function that begins a new iteration each time it is called. Repeatable.
   *
   * @param schema the fields of each batch
   * @param source gives the batches from the first one on; an iterator that is {@link
   *     AutoCloseable} is closed when the iteration ends, fails or is given up
   * @return the batches
   */
  public static Batches of(Schema schema, Supplier<? extends Iterator<Dataset>> source) {
    return repeatable(schema, "a function", source, () -> {});
  }

  /**
   * Makes batches that can be iterated once.
   *
   * @param schema the fields of each batch
   * @param source gives the batches; it is closed when the iteration ends, fails or is given up, if
   *     it is {@link AutoCloseable}
   * @return the batches
   */
  public static Batches once(Schema schema, Iterator<Dataset> source) {
    Objects.requireNonNull(source, "source");
    return once(schema, "an iterator", () -> source);
  }

  static Batches repeatable(
      Schema schema,
      String origin,
      Supplier<? extends Iterator<Dataset>> source,
      Runnable closing) {
    return new Batches(schema, origin, true, source, closing);
  }

  static Batches once(Schema schema, String origin, Supplier<? extends Iterator<Dataset>> source) {
    return new Batches(schema, origin, false, source, () -> {});
  }

  /**
   * Puts batches one after the other. Repeatable if all parts are.
   *
   * @param parts at least one; all with the same names and types in the same order
   * @return the batches of all parts, which {@link #close} closes; a field is nullable if it is in
   *     one of the parts
   * @throws IllegalArgumentException if there is no part, or the names or types differ
   */
  public static Batches concat(List<Batches> parts) {
    List<Batches> all = Elements.copy(parts, "parts");
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing to concatenate; use Batches.of(schema, List.of())");
    }
    return new Batches(
        Concatenation.union(all.stream().map(Batches::schema).toList()),
        Plural.of(all.size(), "part"),
        all.stream().allMatch(Batches::isRepeatable),
        () -> new ConcatIterator(all),
        () -> all.forEach(Batches::close));
  }

  /**
   * Changes each batch as it passes. Repeatable if these batches are.
   *
   * @param changed the fields of each batch afterwards
   * @param each makes of a batch of these the one that comes out, which may be the same
   * @return the changed batches; closing them closes these
   */
  public Batches map(Schema changed, UnaryOperator<Dataset> each) {
    Objects.requireNonNull(changed, "changed");
    Objects.requireNonNull(each, "each");
    return mapWithState(changed, () -> each);
  }

  /**
   * Changes each batch as it passes, by a function that may count or remember: each iteration
   * begins with a new one, which gets the batches in their order, in one thread. Repeatable if
   * these batches are.
   *
   * @param changed the fields of each batch afterwards
   * @param functions makes the function of one iteration
   * @return the changed batches; closing them closes these
   */
  public Batches mapWithState(
      Schema changed, Supplier<? extends UnaryOperator<Dataset>> functions) {
    Objects.requireNonNull(changed, "changed");
    Objects.requireNonNull(functions, "functions");
    return new Batches(
        changed,
        origin,
        repeatable,
        () -> {
          UnaryOperator<Dataset> each = functions.get();
          return new MapIterator(begin(), each);
        },
        this::close);
  }

  /**
   * Digests the rows as they pass: once all have, {@code passed} is given the digest that {@link
   * Dataset#digest} has for the same rows, however they are cut into batches. Nothing is kept of
   * them. An iteration that fails, or is left half-way, gives none. Repeatable if these batches
   * are; each iteration gives the digest anew.
   *
   * @param passed is given the digest of all rows
   * @return the same batches; closing them closes these
   */
  public Batches digested(Consumer<Digest> passed) {
    Objects.requireNonNull(passed, "passed");
    return new Batches(
        schema, origin, repeatable, () -> new DigestIterator(begin(), schema, passed), this::close);
  }

  /**
   * Returns the fields of each batch.
   *
   * @return the schema
   */
  public Schema schema() {
    return schema;
  }

  /**
   * Tells whether these batches can be iterated more than once.
   *
   * @return false if they can be iterated once
   */
  public boolean isRepeatable() {
    return repeatable;
  }

  /**
   * Begins an iteration.
   *
   * @return the batches from the first to the last
   * @throws IllegalStateException if the batches are one-time and have been iterated, or are closed
   */
  @Override
  public Iterator<Dataset> iterator() {
    return begin();
  }

  BatchIterator begin() {
    synchronized (this) {
      refuseIfClosed();
      if (begun && !repeatable) {
        throw new IllegalStateException(
            this
                + " can be iterated once, and have been; keep what you need in that iteration,"
                + " write them to a file with ArrowFile.write, or make them of a source that can be"
                + " read again");
      }
      begun = true;
    }
    BatchIterator iterator = new BatchIterator(this, source.get());
    running.add(iterator);
    return iterator;
  }

  /**
   * Reads all rows into memory.
   *
   * @param mostRows the limit, at least 0
   * @return the rows in order
   * @throws InvalidInputException if there are more rows than the limit
   * @throws IllegalStateException as {@link #iterator} does
   */
  public Dataset toDataset(int mostRows) {
    if (mostRows < 0) {
      throw new IllegalArgumentException("a limit of rows must not be negative: " + mostRows);
    }
    List<Dataset> parts = new ArrayList<>();
    long rows = 0;
    try (BatchIterator batches = begin()) {
      while (batches.hasNext()) {
        parts.add(batches.next());
        rows += parts.get(parts.size() - 1).rowCount();
        if (rows > mostRows) {
          throw new InvalidInputException(
              this
                  + " have more than "
                  + Plural.of(mostRows, "row")
                  + ", the limit that was given; raise it, or go through them batch by batch");
        }
      }
    }
    return parts.isEmpty() ? Dataset.empty(schema) : Dataset.concat(parts);
  }

  /**
   * Frees what iterations hold that have not come to their end, and what the batches hold
   * themselves. Calling it again does nothing. No iteration may be running in another thread.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (!begun && !repeatable) {
        running.add(new BatchIterator(this, source.get()));
      }
    }
    running.forEach(BatchIterator::close);
    closing.run();
  }

  synchronized void refuseIfClosed() {
    if (closed) {
      throw new IllegalStateException(this + " are closed; make them again");
    }
  }

  void ended(BatchIterator iterator) {
    running.remove(iterator);
  }

  /** Returns where the batches come from and their schema in one line. */
  @Override
  public String toString() {
    return "batches of " + origin + " with '" + schema + "'";
  }
}
