package dev.mlops.predictions;

import dev.mlops.data.Batches;
import dev.mlops.data.Dataset;
import dev.mlops.data.Row;
import dev.mlops.error.Once;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Which predictions of a source to read, and how much of them; immutable. Each option may be set
 * once.
 *
 * <pre>{@code
 * Dataset may = log.query().model("flights").version(3).between(may1, june1).list();
 * }</pre>
 */
public final class PredictionQuery {
  private static final int PAGE = 32_768;

  private final PredictionSource source;
  private final Map<Option, Object> options;

  private enum Option {
    MODEL("model"),
    VERSION("version"),
    VARIANT("variant"),
    FROM("from"),
    TO("to"),
    LABELLED_BEFORE("labelledBefore"),
    LABELLED_ONLY("labelledOnly"),
    FEATURES("features"),
    FEATURE_PREFIX("featurePrefix"),
    OUTPUTS("outputs"),
    SERVED("served"),
    AFTER("after"),
    PAGE_SIZE("pageSize");

    private final String text;

    Option(String text) {
      this.text = text;
    }
  }

  /** A place in the order of predictions. */
  record Position(Instant time, String id) {}

  PredictionQuery(PredictionSource source) {
    this(source, Map.of());
  }

  private PredictionQuery(PredictionSource source, Map<Option, Object> options) {
    this.source = source;
    this.options = options;
  }

  private PredictionQuery with(Option option, Object value) {
    Objects.requireNonNull(value, option.text);
    Map<Option, Object> more = new EnumMap<>(Option.class);
    more.putAll(options);
    Once.refuse(option.text, more.put(option, value));
    return new PredictionQuery(source, more);
  }

  private <T> Optional<T> get(Option option, Class<T> type) {
    return Optional.ofNullable(options.get(option)).map(type::cast);
  }

  /**
   * Narrows to a model.
   *
   * @param model the name of the model; default: all
   * @return the narrower query
   */
  public PredictionQuery model(String model) {
    return with(Option.MODEL, model);
  }

  /**
   * Narrows to a version.
   *
   * @param version the version of the model; default: all
   * @return the narrower query
   */
  public PredictionQuery version(String version) {
    return with(Option.VERSION, version);
  }

  /**
   * Narrows to a version that is a number.
   *
   * @param version the version of the model; default: all
   * @return the narrower query
   */
  public PredictionQuery version(long version) {
    return version(Long.toString(version));
  }

  /**
   * Narrows to a variant.
   *
   * @param variant such as {@code live} or {@code canary}; default: all
   * @return the narrower query
   */
  public PredictionQuery variant(String variant) {
    return with(Option.VARIANT, variant);
  }

  /**
   * Narrows to a stretch of time.
   *
   * @param from the least time, included
   * @param to the greatest time, excluded
   * @return the narrower query
   */
  public PredictionQuery between(Instant from, Instant to) {
    return from(from).to(to);
  }

  /**
   * Sets the least time.
   *
   * @param time included; default: none
   * @return the narrower query
   */
  public PredictionQuery from(Instant time) {
    return with(Option.FROM, time.truncatedTo(ChronoUnit.MICROS));
  }

  /**
   * Sets the greatest time.
   *
   * @param time excluded; default: none
   * @return the narrower query
   */
  public PredictionQuery to(Instant time) {
    return with(Option.TO, time.truncatedTo(ChronoUnit.MICROS));
  }

  /**
   * Reads labels as they were known at a time.
   *
   * @param time a label that became known at this time or later is not seen; default: all are seen
   * @return the query
   */
  public PredictionQuery labelledBefore(Instant time) {
    return with(Option.LABELLED_BEFORE, time.truncatedTo(ChronoUnit.MICROS));
  }

  /**
   * Leaves out predictions without a label; by default they are read too.
   *
   * @return the narrower query
   */
  public PredictionQuery labelledOnly() {
    return with(Option.LABELLED_ONLY, true);
  }

  /**
   * Reads a column for each feature too.
   *
   * @return the query
   */
  public PredictionQuery features() {
    return with(Option.FEATURES, true);
  }

  /**
   * Tells the columns of features from the others.
   *
   * @param prefix what their names begin with; default: nothing
   * @return the query
   */
  public PredictionQuery featurePrefix(String prefix) {
    return with(Option.FEATURE_PREFIX, prefix);
  }

  /**
   * Reads the columns of outputs too.
   *
   * @return the query
   */
  public PredictionQuery outputs() {
    return with(Option.OUTPUTS, true);
  }

  /**
   * Reads the columns of {@link ServedFeatures} too: the origin of the features, for records that
   * have one.
   *
   * @return the query
   */
  public PredictionQuery served() {
    return with(Option.SERVED, true);
  }

  /**
   * Goes on behind a prediction, such as the last one of a page.
   *
   * @param time of that prediction
   * @param id of that prediction
   * @return the narrower query
   */
  public PredictionQuery after(Instant time, String id) {
    return with(
        Option.AFTER,
        new Position(time.truncatedTo(ChronoUnit.MICROS), Objects.requireNonNull(id, "id")));
  }

  /**
   * Sets the greatest number of rows of a page.
   *
   * @param rows at least 1; default: 32,768
   * @return the query
   * @throws IllegalArgumentException if it is below 1
   */
  public PredictionQuery pageSize(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("pageSize must be at least 1 row: " + rows);
    }
    return with(Option.PAGE_SIZE, rows);
  }

  /**
   * Reads all predictions of the query into memory.
   *
   * @return all of them, in the order of the pages
   * @throws dev.mlops.error.StorageException if they cannot be read
   */
  public Dataset list() {
    Batches pages = pages();
    List<Dataset> all = new ArrayList<>();
    pages.forEach(all::add);
    return all.isEmpty() ? Dataset.empty(pages.schema()) : Dataset.concat(all);
  }

  /**
   * Streams the predictions of the query, row by row; only a page is in memory.
   *
   * @return the rows in the order of the pages; sequential. Close it if it is left half-way
   * @throws dev.mlops.error.StorageException if they cannot be read
   */
  public Stream<Row> stream() {
    Batches pages = pages();
    return StreamSupport.stream(pages.spliterator(), false)
        .flatMap(page -> StreamSupport.stream(page.spliterator(), false))
        .onClose(pages::close);
  }

  /**
   * Reads the oldest prediction of the query.
   *
   * @return its row, or empty if there is none
   * @throws dev.mlops.error.StorageException if it cannot be read
   */
  public Optional<Row> first() {
    Iterator<Dataset> pages = pages().iterator();
    return pages.hasNext() ? Optional.of(pages.next().row(0)) : Optional.empty();
  }

  /**
   * Counts the predictions of the query.
   *
   * @return how many there are
   * @throws dev.mlops.error.StorageException if they cannot be read
   */
  public long count() {
    return source.count(this);
  }

  /**
   * Reads the predictions of the query page by page; only a page and what its times overlap with is
   * in memory.
   *
   * @return the pages, as {@link PredictionSource#pages} says
   * @throws dev.mlops.error.StorageException if they cannot be read
   */
  public Batches pages() {
    return source.pages(this);
  }

  /**
   * Returns the model that is asked for.
   *
   * @return the model that is asked for; empty if not set
   */
  public Optional<String> model() {
    return get(Option.MODEL, String.class);
  }

  /**
   * Returns the version that is asked for.
   *
   * @return the version that is asked for; empty if not set
   */
  public Optional<String> version() {
    return get(Option.VERSION, String.class);
  }

  /**
   * Returns the variant that is asked for.
   *
   * @return the variant that is asked for; empty if not set
   */
  public Optional<String> variant() {
    return get(Option.VARIANT, String.class);
  }

  /**
   * Returns the least time, included.
   *
   * @return the least time, included; empty if not set
   */
  public Optional<Instant> from() {
    return get(Option.FROM, Instant.class);
  }

  /**
   * Returns the greatest time, excluded.
   *
   * @return the greatest time, excluded; empty if not set
   */
  public Optional<Instant> to() {
    return get(Option.TO, Instant.class);
  }

  /**
   * Returns the time before which labels were known.
   *
   * @return the time before which labels were known; empty if not set
   */
  public Optional<Instant> labelledBefore() {
    return get(Option.LABELLED_BEFORE, Instant.class);
  }

  /**
   * Tells whether predictions without a label are left out.
   *
   * @return whether predictions without a label are left out
   */
  public boolean isLabelledOnly() {
    return options.containsKey(Option.LABELLED_ONLY);
  }

  /**
   * Tells whether features are read.
   *
   * @return whether features are read
   */
  public boolean hasFeatures() {
    return options.containsKey(Option.FEATURES);
  }

  /**
   * Tells whether outputs are read.
   *
   * @return whether outputs are read
   */
  public boolean hasOutputs() {
    return options.containsKey(Option.OUTPUTS);
  }

  /**
   * Tells whether the origin of the features is read too.
   *
   * @return whether the columns of {@link ServedFeatures} are read
   */
  public boolean hasServed() {
    return options.containsKey(Option.SERVED);
  }

  /**
   * Returns what the names of features' columns begin with.
   *
   * @return the prefix, which may be empty
   */
  public String featurePrefix() {
    return get(Option.FEATURE_PREFIX, String.class).orElse("");
  }

  /**
   * Returns the time of the prediction behind which reading goes on.
   *
   * @return the time; empty if reading begins with the first
   */
  public Optional<Instant> afterTime() {
    return get(Option.AFTER, Position.class).map(Position::time);
  }

  /**
   * Returns the id of the prediction behind which reading goes on.
   *
   * @return the id; empty if reading begins with the first
   */
  public Optional<String> afterId() {
    return get(Option.AFTER, Position.class).map(Position::id);
  }

  /**
   * Returns the greatest number of rows of a page.
   *
   * @return at least 1
   */
  public int pageSize() {
    return get(Option.PAGE_SIZE, Integer.class).orElse(PAGE);
  }

  /** Returns the options that are set. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("predictions");
    options.forEach(
        (option, value) -> text.append(' ').append(option.text).append('=').append(value));
    return text.toString();
  }
}
