package dev.mlops.coordination;

import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.error.Exactly;
import dev.mlops.storage.Names;
import dev.mlops.storage.Session;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Leases of a project: of all processes on the database one at a time does a thing, and when it
 * stops another takes over.
 *
 * <p>A lease is taken for a time and renewed by its holder. When it has not been renewed for that
 * time, by the clock of the database, another may take it. No two machines' clocks are compared. A
 * process cannot know that it was paused for longer than that, so a lease alone protects nothing:
 * what its holder writes must check the lease's token in the same transaction, see {@link
 * Lease#write}. Immutable and safe for use by many threads and processes.
 *
 * <pre>{@code
 * Optional<Lease> mine = Leases.of(workspace).take("import", Duration.ofSeconds(30));
 * }</pre>
 */
public final class Leases {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofDays(1);

  /**
   * For how long a transaction that computes nothing between its statements may stand still while
   * others wait for it: far longer than it ever takes, and short enough to wait for.
   */
  static final Duration BRIEF = Duration.ofSeconds(5);

  private final Workspace workspace;
  private final LeaseTable table;
  private final Repeater repeater;

  private Leases(Workspace workspace, Repeater repeater) {
    this.workspace = workspace;
    this.table = new LeaseTable(workspace.database(), workspace.project());
    this.repeater = repeater;
  }

  /**
   * Opens the leases of a workspace's project.
   *
   * @param workspace where they are kept
   * @return the leases
   */
  public static Leases of(Workspace workspace) {
    return of(workspace, Repeater::afterAnInterval);
  }

  static Leases of(Workspace workspace, Repeater repeater) {
    return new Leases(Objects.requireNonNull(workspace, "workspace"), repeater);
  }

  /**
   * Takes a lease, if nobody holds it.
   *
   * @param name 1 to 250 characters
   * @param time for which it is held without a renewal, 100 milliseconds to a day; a thread renews
   *     it after each third of it. Another takes over after this time at the latest
   * @return the lease, to be closed by the caller; empty if somebody holds it
   * @throws IllegalArgumentException if the name is not allowed, or the time is out of range
   * @throws dev.mlops.error.StorageException if the database fails
   */
  public Optional<Lease> take(String name, Duration time) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(time, "time");
    Names.checked("lease", name);
    if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "a lease is held for 100 milliseconds to a day without a renewal, not for "
              + Exactly.duration(time));
    }
    long before = System.nanoTime();
    return token(name, time)
        .map(token -> Lease.held(workspace, table, repeater, name, token, time, before));
  }

  private Optional<Long> token(String name, Duration time) {
    try {
      return workspace
          .database()
          .transaction(
              session ->
                  table.take(
                      session, name, workspace.actor().id(), time, workspace.clock().instant()));
    } catch (ConflictException anotherWasFaster) {
      return Optional.empty();
    }
  }

  /**
   * Looks at a lease.
   *
   * @param name of the lease
   * @return who holds it, or held it and did not give it back; empty if nobody does
   */
  public Optional<LeaseStatus> find(String name) {
    Objects.requireNonNull(name, "name");
    return workspace.database().read(session -> table.find(session, name));
  }

  /**
   * Lists the leases that are held, or were held and not given back.
   *
   * @param prefix with which their names begin; empty for all
   * @return them, by name
   */
  public List<LeaseStatus> list(String prefix) {
    Objects.requireNonNull(prefix, "prefix");
    return workspace.database().read(session -> table.list(session, prefix));
  }

  /**
   * Ends a lease that has expired, together with what the caller does about its holder in the same
   * transaction: of all who try one succeeds, and the others wait for it. So PostgreSQL ends the
   * transaction, and undoes it, when its process sends nothing for five seconds.
   *
   * @param session the caller's transaction
   * @param lease as it was read
   * @return whether it was ended; false if its holder has renewed it since, or another has ended it
   */
  public boolean end(Session session, LeaseStatus lease) {
    Objects.requireNonNull(session, "session");
    Objects.requireNonNull(lease, "lease");
    return table.end(session, lease.token());
  }

  @Override
  public String toString() {
    return "leases of project '" + workspace.project() + "'";
  }
}
