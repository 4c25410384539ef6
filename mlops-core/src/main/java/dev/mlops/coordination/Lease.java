package dev.mlops.coordination;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.error.Exactly;
import dev.mlops.storage.Database;
import dev.mlops.storage.Session;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease that this process has taken. A thread renews it until it is closed or lost. Safe for use
 * by many threads.
 */
public final class Lease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  private final Workspace workspace;
  private final Database database;
  private final LeaseTable table;
  private final String name;
  private final long token;
  private final Duration time;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean lost;
  private volatile long renewed;
  private volatile Runnable stop = () -> {};

  private Lease(
      Workspace workspace, LeaseTable table, String name, long token, Duration time, long renewed) {
    this.workspace = workspace;
    this.database = workspace.database();
    this.table = table;
    this.name = name;
    this.token = token;
    this.time = time;
    this.renewed = renewed;
  }

  static Lease held(
      Workspace workspace,
      LeaseTable table,
      Repeater repeater,
      String name,
      long token,
      Duration time,
      long before) {
    Lease lease = new Lease(workspace, table, name, token, time, before);
    Runnable takeBack = workspace.onClose(lease);
    Repeater.Stop renewing =
        repeater.repeat("mlops-lease-" + name, time.dividedBy(3), lease::renewIfOpen);
    lease.stop =
        () -> {
          takeBack.run();
          renewing.stop();
        };
    return lease;
  }

  /**
   * Returns the lease's name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Returns the fencing token.
   *
   * @return a number that is greater than that of every lease taken before in the database
   */
  public long token() {
    return token;
  }

  /**
   * Tells whether the lease is held, as far as this process knows: it was not closed or seen lost,
   * and was renewed in time. Another may have taken it all the same, while this process was paused;
   * only {@link #check} and {@link #write} know.
   *
   * @return whether to go on
   */
  public boolean isHeld() {
    return !lost && !closed.get() && System.nanoTime() - renewed < time.toNanos();
  }

  /**
   * Checks, inside a transaction, that the lease is held, and keeps it so until the transaction
   * ends: the process that takes over waits for it. Call it first in the transaction.
   *
   * <p>If this process is paused inside the transaction, PostgreSQL ends the transaction after the
   * time of the lease, and after {@link Session#IDLE} at the latest; what it wrote is gone, and the
   * other takes over.
   *
   * @param session the transaction
   * @throws ConflictException if the lease is not held any more; nothing must be written then
   */
  public void check(Session session) {
    if (closed.get() || !table.lock(session, token, time)) {
      lost = true;
      throw new ConflictException(
          "the lease '"
              + name
              + "' of project '"
              + workspace.project()
              + "' with token "
              + token
              + " is not held any more: "
              + (closed.get()
                  ? "it was closed"
                  : "it was not renewed in time and another took over"));
    }
  }

  /**
   * Does work in a transaction that commits only if the lease is held then.
   *
   * @param <T> the result
   * @param work uses the session, and does not keep it
   * @return what the work returns
   * @throws ConflictException if the lease is not held any more; nothing is written
   * @throws dev.mlops.error.StorageException if the database fails
   */
  @CanIgnoreReturnValue
  public <T> T write(Function<? super Session, T> work) {
    Objects.requireNonNull(work, "work");
    return database.transaction(
        session -> {
          check(session);
          return work.apply(session);
        });
  }

  /**
   * Renews the lease now.
   *
   * @return false if it is lost or closed
   * @throws dev.mlops.error.StorageException if the database fails
   */
  @CanIgnoreReturnValue
  public boolean renew() {
    if (closed.get() || lost) {
      return false;
    }
    long before = System.nanoTime();
    boolean held =
        database.transaction(
            session -> table.renew(session, token, time, workspace.clock().instant()));
    if (held) {
      renewed = before;
    } else if (!closed.get()) {
      lost = true;
      LOG.warn("the lease '{}' with token {} is lost: another has taken it over", name, token);
    }
    return held;
  }

  private void renewIfOpen() {
    if (!closed.get() && !lost) {
      renew();
    }
  }

  /**
   * Gives the lease back, so that another may take it at once; calling it again does nothing. If
   * the database is away the lease expires by itself.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      stop.run();
      try {
        database.transaction(session -> table.giveBack(session, token, time));
      } catch (RuntimeException e) {
        LOG.warn(
            "the lease '{}' could not be given back; it expires by itself within {}",
            name,
            Exactly.duration(time),
            e);
      }
    }
  }

  @Override
  public String toString() {
    return "lease '" + name + "' with token " + token + (isHeld() ? "" : ", not held");
  }
}
