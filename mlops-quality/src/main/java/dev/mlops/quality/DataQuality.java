package dev.mlops.quality;

import static java.util.Objects.requireNonNull;

import dev.mlops.Workspace;
import dev.mlops.data.Batches;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.error.Once;
import dev.mlops.error.Plural;
import dev.mlops.journal.Entry;
import dev.mlops.storage.Names;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A suite: what is expected of each batch of some data.
 *
 * <pre>{@code
 * DataQuality flights = DataQuality.suite("flights")
 *     .table(t -> t.rowCount(1_000, 2_000_000))
 *     .column("delay", c -> c.notNull().between(-120, 1_800).mostly(0.999))
 *     .build();
 * QualityReport report = flights.check(batch);
 * }</pre>
 *
 * <p>Immutable and safe for use by many threads. Checking never throws because of what is in the
 * data.
 */
public final class DataQuality {
  private final String name;
  private final List<Expectation> expectations;
  private final Clock clock;

  private DataQuality(Builder builder) {
    this.name = builder.name;
    this.expectations = List.copyOf(builder.expectations);
    this.clock = builder.clock == null ? Clock.systemUTC() : builder.clock;
  }

  /**
   * Starts a suite.
   *
   * @param name what the data is called in sentences, such as {@code flights}
   * @return a builder
   * @throws IllegalArgumentException if it is blank, has more than 250 characters, or one that no
   *     database keeps
   */
  public static Builder suite(String name) {
    return new Builder(name);
  }

  /**
   * Returns the suite's name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Returns what is expected.
   *
   * @return the expectations in the order in which they were described; unmodifiable
   */
  public List<Expectation> expectations() {
    return expectations;
  }

  /**
   * Checks a batch as of now.
   *
   * @param batch the rows
   * @return the verdict with its evidence; it keeps the batch
   */
  public QualityReport check(Dataset batch) {
    return check(batch, clock.instant());
  }

  /**
   * Checks a batch as of an instant.
   *
   * @param batch the rows
   * @param asOf the instant that {@code notFuture} and {@code freshWithin} take for now
   * @return the verdict with its evidence; it keeps the batch
   */
  public QualityReport check(Dataset batch, Instant asOf) {
    requireNonNull(batch, "batch");
    requireNonNull(asOf, "asOf");
    List<Inspection> inspections =
        expectations.stream().map(expectation -> Inspection.of(expectation, batch, asOf)).toList();
    return new QualityReport(name, batch, asOf, inspections);
  }

  /**
   * Checks data that do not fit into memory as of now, as {@link #check(Batches, Instant)} does.
   *
   * @param batches the rows
   * @return the verdict on all rows with its evidence; it keeps no rows
   * @throws IllegalStateException if an expectation needs all values at once
   */
  public QualityReport check(Batches batches) {
    return check(batches, clock.instant());
  }

  /**
   * Checks data that do not fit into memory as of an instant. The verdict is that on all rows
   * together, whatever batches they come in; for a verdict on each batch check it as a dataset.
   *
   * @param batches the rows
   * @param asOf the instant that {@code notFuture} and {@code freshWithin} take for now
   * @return the verdict on all rows with its evidence; it keeps no rows, and so parts none
   * @throws IllegalStateException if an expectation needs all values at once: {@code unique},
   *     {@code distinctBetween}, {@code medianBetween} and {@code standardDeviationBetween} do; the
   *     message names those of the suite
   */
  public QualityReport check(Batches batches, Instant asOf) {
    requireNonNull(batches, "batches");
    requireNonNull(asOf, "asOf");
    return BatchCheck.of(name, expectations, batches, asOf);
  }

  /**
   * Checks a batch as of now by the workspace's clock and leaves an event {@code quality.checked}
   * in its journal, whose subject {@code dataset} is the batch's {@link Dataset#digest digest} and
   * whose outcome is the verdict in lower case.
   *
   * @param workspace where the journal and the clock are
   * @param batch the rows
   * @return the verdict with its evidence
   */
  public QualityReport gate(Workspace workspace, Dataset batch) {
    requireNonNull(workspace, "workspace");
    QualityReport report = check(batch, workspace.clock().instant());
    record(workspace, report, batch.digest());
    return report;
  }

  /**
   * Checks data that do not fit into memory as of now by the workspace's clock, as {@link
   * #check(Batches, Instant)} does, and leaves the event that {@link #gate(Workspace, Dataset)}
   * leaves for the same rows. The digest is taken while the rows are checked: one reading is
   * enough, and no row is kept. A reading that fails leaves no event.
   *
   * @param workspace where the journal and the clock are
   * @param batches the rows; read once to their end
   * @return the verdict on all rows with its evidence; it keeps no rows
   * @throws IllegalStateException as {@link #check(Batches, Instant)} does
   */
  public QualityReport gate(Workspace workspace, Batches batches) {
    requireNonNull(workspace, "workspace");
    requireNonNull(batches, "batches");
    AtomicReference<Digest> digest = new AtomicReference<>();
    QualityReport report = check(batches.digested(digest::set), workspace.clock().instant());
    record(workspace, report, requireNonNull(digest.get()));
    return report;
  }

  private void record(Workspace workspace, QualityReport report, Digest rows) {
    workspace
        .journal()
        .append(
            Entry.of("quality.checked")
                .about("suite", name)
                .actor(workspace.actor())
                .subject("dataset", rows)
                .outcome(report.verdict().name().toLowerCase(Locale.ROOT))
                .detail("suite", name)
                .detail("sentence", report.sentence()));
  }

  @Override
  public String toString() {
    return "suite " + name + " of " + Plural.of(expectations.size(), "expectation");
  }

  /** Describes a suite. Not safe for use by many threads. */
  public static final class Builder {
    private final String name;
    private final List<Expectation> expectations = new ArrayList<>();
    private @Nullable Clock clock;

    private Builder(String name) {
      this.name = Names.checked("suite", requireNonNull(name, "name"));
    }

    /**
     * Adds what is expected of one column.
     *
     * @param column the column's name
     * @param description adds the expectations; called at once
     * @return this
     */
    public Builder column(String column, Consumer<ColumnExpectations> description) {
      requireNonNull(description, "description");
      ColumnExpectations drafts = new ColumnExpectations(column);
      description.accept(drafts);
      expectations.addAll(drafts.finished());
      return this;
    }

    /**
     * Adds what is expected of the batch as a whole, and of columns together.
     *
     * @param description adds the expectations; called at once
     * @return this
     */
    public Builder table(Consumer<TableExpectations> description) {
      requireNonNull(description, "description");
      TableExpectations drafts = new TableExpectations();
      description.accept(drafts);
      expectations.addAll(drafts.finished());
      return this;
    }

    /**
     * Sets the clock that says what time a check is.
     *
     * @param clock the clock; the system's, unless said otherwise
     * @return this
     * @throws IllegalStateException if it is already set
     */
    public Builder clock(Clock clock) {
      Once.refuse("clock", this.clock);
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Builds the suite.
     *
     * @return the suite
     * @throws IllegalStateException if nothing is expected
     */
    public DataQuality build() {
      if (expectations.isEmpty()) {
        throw new IllegalStateException("suite " + name + " expects nothing");
      }
      return new DataQuality(this);
    }
  }
}
