package dev.mlops.scoring;

import dev.mlops.Workspace;
import dev.mlops.coordination.Lease;
import dev.mlops.data.Batches;
import dev.mlops.data.Dataset;
import dev.mlops.error.ConflictException;
import dev.mlops.scoring.ScoringTable.StoredRun;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call that scores a run: begins it or goes on with it, and ends it. Used by one thread. */
final class ScoringCall {
  private static final Logger LOG = LoggerFactory.getLogger(BatchScoring.class);

  private final ScoringPlan plan;
  private final RunName name;
  private final Workspace workspace;
  private final Preflight preflight;
  private final ScoringTable table;

  ScoringCall(ScoringPlan plan, RunName name) {
    this.plan = plan;
    this.name = name;
    this.workspace = plan.workspace();
    this.preflight = new Preflight(plan, name);
    this.table = new ScoringTable(workspace);
  }

  ScoringRun score(Batches rows, @Nullable Long expectedRows) {
    preflight.checkOptions();
    preflight.checkColumns(rows.schema());
    Pace pace = new Pace(workspace.clock(), name, expectedRows);
    try (Lease lease = RunLease.take(workspace, name, plan.lease())) {
      return score(rows, lease, pace);
    }
  }

  private ScoringRun score(Batches rows, Lease lease, Pace pace) {
    ScoringTerms terms = ScoringTerms.of(plan, rows.schema());
    Optional<StoredRun> stored = table.find(name);
    stored.ifPresent(before -> requireSame(before.terms(), terms));
    Iterator<Dataset> input = rows.iterator();
    Deque<Dataset> looked = new ArrayDeque<>();
    while (input.hasNext() && (looked.isEmpty() || looked.getLast().rowCount() == 0)) {
      looked.add(input.next());
    }
    boolean isComplete = stored.isPresent() && stored.get().ended() != null;
    if (!isComplete && !looked.isEmpty() && looked.getLast().rowCount() > 0) {
      preflight.ask(looked.getLast());
    }
    StoredRun run = stored.orElseGet(() -> begun(lease, terms));
    ScoringTally tally = ScoringTally.of(stored.isEmpty() ? List.of() : table.batches(run));
    ScoringJournal journal = new ScoringJournal(workspace, name, run.terms());
    if (stored.isPresent() && !isComplete) {
      lease.write(
          session -> {
            journal.resumed(session, tally);
            return true;
          });
    }
    new ScoringPass(plan, name, run, lease, tally, pace).score(new Ahead(looked, input));
    StoredRun complete = isComplete ? run : ended(lease, run, journal, tally);
    ScoringReport report = tally.report(plan.isLogging(), pace.duration(), pace.rowsPerSecond());
    LOG.info("{}: {}", name, report);
    return new ScoringRun(workspace, name, complete, tally.batches(), report);
  }

  private void requireSame(ScoringTerms before, ScoringTerms now) {
    List<String> differences = before.differences(now);
    if (!differences.isEmpty()) {
      throw new ConflictException(
          "%s was begun otherwise: %s. Go on with what it was begun with, or name this run otherwise"
              .formatted(name, String.join("; ", differences)));
    }
  }

  private StoredRun begun(Lease lease, ScoringTerms terms) {
    return lease.write(
        session -> {
          StoredRun run = table.insert(session, name, terms);
          new ScoringJournal(workspace, name, terms).started(session);
          return run;
        });
  }

  private StoredRun ended(Lease lease, StoredRun run, ScoringJournal journal, ScoringTally tally) {
    Instant now = workspace.clock().instant();
    lease.write(
        session -> {
          ScoringTable.end(session, run, now);
          journal.finished(session, tally);
          return true;
        });
    if (tally.rows() == 0) {
      LOG.warn("{} has scored no row: the input has none", name);
    }
    return new StoredRun(run.id(), run.terms(), now);
  }

  /** The batches that were looked at, then the others; none is kept for longer than needed. */
  private record Ahead(Deque<Dataset> looked, Iterator<Dataset> rest) implements Iterator<Dataset> {

    @Override
    public boolean hasNext() {
      return !looked.isEmpty() || rest.hasNext();
    }

    @Override
    public Dataset next() {
      return looked.isEmpty() ? rest.next() : looked.remove();
    }
  }
}
