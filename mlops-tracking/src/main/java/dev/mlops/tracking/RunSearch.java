package dev.mlops.tracking;

import static java.util.stream.Collectors.joining;

import dev.mlops.storage.Session;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds runs, column by column: those that have ended lie packed in blocks that never change and
 * are kept in memory once read; those that go on, or have ended lately, are read from their rows.
 *
 * <p>Why no run is missed or found twice while others write: who changes a run takes it out of its
 * block, in the same transaction, and writes down that it has left. The blocks are listed first,
 * then what has left them, then the loose runs, then the blocks again. If the two lists are the
 * same, no run has moved into a block in between; so each run is among the loose ones, or in one
 * block that it has not left, or in both because it was changed just then. In both it is left out
 * of the block. If they differ, all is read again.
 *
 * <p>Each column of the loose runs is a statement of its own, so of a run that is being recorded
 * two columns may be read a moment apart.
 */
final class RunSearch {

  private final Session session;
  private final ColumnCache cache;
  private final Scope scope;
  private int loose;

  /**
   * Among which runs is searched.
   *
   * @param experiments their keys; empty for all of the project
   * @param parent the id of the run above; null for no matter which
   * @param nested whether nested runs are found too
   * @param trash whether deleted runs are found
   */
  record Scope(
      String project,
      List<Long> experiments,
      @Nullable String parent,
      boolean nested,
      Trash trash) {}

  /** Whether deleted runs are found; those of a deleted experiment are deleted. */
  enum Trash {
    LEFT_OUT,
    TOO,
    ONLY
  }

  RunSearch(Session session, ColumnCache cache, Scope scope) {
    this.session = session;
    this.cache = cache;
    this.scope = scope;
  }

  /** Runs in one group, and which of them are meant: all that is asked of them has been read. */
  private record Part(RunColumns columns, BitSet matching) {}

  /** Returns the keys of the first runs, in order; a limit of 0 is none. */
  List<Long> keys(@Nullable Condition condition, List<RunOrder> orders, int limit) {
    return ranked(condition, orders, new RunRanking(orders, limit, null)).ids();
  }

  /** Returns the first runs behind a place, in order, as places. */
  List<RunPlace> places(
      @Nullable Condition condition, List<RunOrder> orders, int limit, @Nullable RunPlace after) {
    return ranked(condition, orders, new RunRanking(orders, limit, after)).places();
  }

  private RunRanking ranked(
      @Nullable Condition condition, List<RunOrder> orders, RunRanking ranking) {
    for (Part part : parts(condition, orders)) {
      ranking.add(part.columns(), part.matching());
    }
    return ranking;
  }

  long count(@Nullable Condition condition) {
    return parts(condition, List.of()).stream()
        .mapToLong(part -> part.matching().cardinality())
        .sum();
  }

  /** How many runs the last question found that are in no block. */
  int loose() {
    return loose;
  }

  private List<Part> parts(@Nullable Condition condition, List<RunOrder> orders) {
    Map<Condition, Set<Long>> byInput = condition == null ? Map.of() : byInput(condition);
    List<Part> parts =
        new ArrayList<>(parts(experiments(false), scope.trash(), condition, byInput, orders));
    if (scope.trash() != Trash.LEFT_OUT) {
      parts.addAll(parts(experiments(true), Trash.TOO, condition, byInput, orders));
    }
    return parts;
  }

  private List<Part> parts(
      List<Long> experiments,
      Trash trash,
      @Nullable Condition condition,
      Map<Condition, Set<Long>> byInput,
      List<RunOrder> orders) {
    if (experiments.isEmpty()) {
      return List.of();
    }
    List<Long> blocks;
    List<Long> blocksAfter = blocks(experiments);
    List<Part> parts;
    do {
      blocks = blocksAfter;
      parts = parts(experiments, blocks, trash, condition, byInput);
      for (Part part : parts) {
        orders.forEach(order -> order.read(part.columns()));
      }
      blocksAfter = blocks(experiments);
    } while (!blocksAfter.equals(blocks));
    return parts;
  }

  private List<Part> parts(
      List<Long> experiments,
      List<Long> blocks,
      Trash trash,
      @Nullable Condition condition,
      Map<Condition, Set<Long>> byInput) {
    Map<Long, Set<Long>> left = left(experiments);
    RunColumns rows =
        new LooseColumns(session, "r.block = 0 AND " + Keys.in("r.experiment", experiments));
    List<Part> parts = new ArrayList<>();
    parts.add(new Part(rows, matching(rows, trash, condition, byInput)));
    Set<Long> inRows = keys(rows.base());
    loose += inRows.size();
    for (long block : blocks) {
      RunColumns columns = new PackedColumns(session, cache, block);
      BitSet matching = matching(columns, trash, condition, byInput);
      Set<Long> gone = left.getOrDefault(block, Set.of());
      for (int run = matching.nextSetBit(0); run >= 0; run = matching.nextSetBit(run + 1)) {
        long key = columns.base().id(run);
        if (gone.contains(key) || inRows.contains(key)) {
          matching.clear(run);
        }
      }
      parts.add(new Part(columns, matching));
    }
    return parts;
  }

  /** Which runs have left their block, by block. */
  private Map<Long, Set<Long>> left(List<Long> experiments) {
    Map<Long, Set<Long>> left = new HashMap<>();
    session.each(
        "SELECT l.block, l.run FROM mlops_run_blocks b JOIN mlops_run_left l ON l.block = b.id WHERE "
            + Keys.in("b.experiment", experiments),
        row ->
            left.computeIfAbsent(row.number("block"), block -> new HashSet<>())
                .add(row.number("run")));
    return left;
  }

  private static Set<Long> keys(RunBase base) {
    Set<Long> keys = new HashSet<>();
    for (int run = 0; run < base.size(); run++) {
      keys.add(base.id(run));
    }
    return keys;
  }

  private BitSet matching(
      RunColumns columns,
      Trash trash,
      @Nullable Condition condition,
      Map<Condition, Set<Long>> byInput) {
    RunBase base = columns.base();
    BitSet matching = new BitSet(base.size());
    matching.set(0, base.size());
    if (condition != null) {
      matching = new RunMatcher(columns, byInput).matching(condition);
    }
    TextColumn parents = base.parents();
    String parent = scope.parent();
    for (int run = matching.nextSetBit(0); run >= 0; run = matching.nextSetBit(run + 1)) {
      boolean isMeant =
          parent == null ? scope.nested() || !parents.has(run) : parent.equals(parents.text(run));
      boolean isThere = trash == Trash.TOO || base.deleted(run) == (trash == Trash.ONLY);
      if (!isMeant || !isThere) {
        matching.clear(run);
      }
    }
    return matching;
  }

  private List<Long> experiments(boolean deleted) {
    List<Long> all =
        session.list(
            "SELECT id FROM mlops_experiments WHERE project = ? AND deleted_at IS "
                + (deleted ? "NOT NULL" : "NULL"),
            row -> row.number("id"),
            scope.project());
    return scope.experiments().isEmpty()
        ? all
        : all.stream().filter(scope.experiments()::contains).toList();
  }

  private List<Long> blocks(List<Long> experiments) {
    return session.list(
        "SELECT id FROM mlops_run_blocks WHERE "
            + Keys.in("experiment", experiments)
            + " ORDER BY id",
        row -> row.number("id"));
  }

  /** Looks up which runs fulfil each condition on inputs. */
  private Map<Condition, Set<Long>> byInput(Condition condition) {
    Map<Condition, Set<Long>> found = new HashMap<>();
    Condition.forEach(
        condition,
        one -> {
          if (one instanceof Condition.OnInput on) {
            found.put(on, runs(on));
          }
        });
    return found;
  }

  private Set<Long> runs(Condition.OnInput on) {
    String column = "i." + on.part().column;
    boolean isListed = on.test() instanceof Condition.TextTest.Among;
    List<String> wanted =
        on.test() instanceof Condition.TextTest.Among among ? among.texts() : List.of();
    List<Object> arguments = new ArrayList<>(List.of(scope.project()));
    arguments.addAll(wanted);
    Set<Long> runs = new HashSet<>();
    session.each(
        "SELECT i.run, "
            + column
            + " AS part FROM mlops_run_inputs i JOIN mlops_runs r ON r.id = i.run"
            + " JOIN mlops_experiments e ON e.id = r.experiment WHERE e.project = ?"
            + (isListed
                ? wanted.stream()
                    .map(one -> "?")
                    .collect(joining(", ", " AND " + column + " IN (", ")"))
                : ""),
        row -> {
          if (Condition.passes(on.test(), row.text("part"), null)) {
            runs.add(row.number("run"));
          }
        },
        arguments.toArray());
    return runs;
  }
}
