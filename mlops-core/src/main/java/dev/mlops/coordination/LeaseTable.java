package dev.mlops.coordination;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.storage.Database;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Leases as rows. The token is the row's id: it grows with every row that is ever inserted.
 *
 * <p>A transaction of a lease's holder locks the row with the time of the lease as its limit,
 * before it changes the row: a holder that is paused in the middle of renewing its lease must not
 * keep others out for longer than one that is paused elsewhere.
 */
final class LeaseTable {

  /** The time by the database's clock, in microseconds; on PostgreSQL that of the beginning. */
  private static final String NOW =
      "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000000 AS BIGINT)";

  private static final String STATUS =
      "SELECT id, name, holder, taken, seen, NOT (opening = ? AND expires > "
          + NOW
          + ") AS expired FROM mlops_lease WHERE project = ?";

  private final Database database;
  private final String project;

  LeaseTable(Database database, String project) {
    this.database = database;
    this.project = project;
  }

  /** Inserts a lease unless somebody holds it; that another inserts it first is a conflict. */
  Optional<Long> take(Session session, String name, String holder, Duration time, Instant now) {
    Optional<LeaseStatus> before =
        session.lock(
            time, STATUS + " AND name = ?", LeaseTable::status, database.opening(), project, name);
    if (before.isPresent() && !before.get().expired()) {
      return Optional.empty();
    }
    before.ifPresent(expired -> delete(session, expired.token()));
    return Optional.of(
        session.insert(
            "INSERT INTO mlops_lease (project, name, opening, holder, taken, seen, expires) VALUES (?, ?, ?, ?, ?, ?, "
                + NOW
                + " + ?)",
            project,
            name,
            database.opening(),
            holder,
            now,
            now,
            micros(time)));
  }

  boolean renew(Session session, long token, Duration time, Instant now) {
    return lock(session, token, time)
        && session.update(
                "UPDATE mlops_lease SET seen = ?, expires = " + NOW + " + ? WHERE id = ?",
                now,
                micros(time),
                token)
            == 1;
  }

  /** Tells whether a lease is held, and keeps it so until the transaction ends. */
  boolean lock(Session session, long token, Duration time) {
    return session
        .lock(time, "SELECT id FROM mlops_lease WHERE id = ?", row -> true, token)
        .orElse(false);
  }

  boolean giveBack(Session session, long token, Duration time) {
    return lock(session, token, time) && delete(session, token);
  }

  @CanIgnoreReturnValue
  private static boolean delete(Session session, long token) {
    return session.update("DELETE FROM mlops_lease WHERE id = ?", token) == 1;
  }

  /** Deletes a lease if it has expired, as it may have been renewed since it was read. */
  boolean end(Session session, long token) {
    return lock(session, token, Leases.BRIEF)
        && session.update(
                "DELETE FROM mlops_lease WHERE id = ? AND NOT (opening = ? AND expires > "
                    + NOW
                    + ")",
                token,
                database.opening())
            == 1;
  }

  Optional<LeaseStatus> find(Session session, String name) {
    return session.first(
        STATUS + " AND name = ?", LeaseTable::status, database.opening(), project, name);
  }

  List<LeaseStatus> list(Session session, String prefix) {
    return session
        .list(
            STATUS + " AND name >= ? ORDER BY name",
            LeaseTable::status,
            database.opening(),
            project,
            prefix)
        .stream()
        .filter(lease -> lease.name().startsWith(prefix))
        .toList();
  }

  private static LeaseStatus status(ResultRow row) {
    return new LeaseStatus(
        row.text("name"),
        row.number("id"),
        row.text("holder"),
        row.instant("taken"),
        row.instant("seen"),
        row.flag("expired"));
  }

  private static long micros(Duration time) {
    return TimeUnit.MILLISECONDS.toMicros(time.toMillis());
  }
}
