package dev.mlops.testkit;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A real database whose calls fail when a test says so; safe for use by many threads.
 *
 * <pre>{@code
 * FaultyDataSource source = FaultyDataSource.over(TestDatabases.postgresDataSource());
 * Database database = Database.over(source);
 * source.failNext(Call.COMMIT, 2, () -> new SQLException("no space left on device", "53100"));
 * }</pre>
 *
 * <p>A failing call does nothing else, except for a failing {@link Call#CLOSE}, which closes all
 * the same. Failures are made by a supplier at each call: an {@link SQLException}, a {@link
 * RuntimeException} or an {@link Error}.
 */
public final class FaultyDataSource implements DataSource {
  private final DataSource source;
  private final FaultPlan<Call, SQLException> plan =
      new FaultPlan<>(Call.class, SQLException.class);
  private final Queue<Connection> opened = new ConcurrentLinkedQueue<>();
  private final AtomicInteger statementsToLive = new AtomicInteger(Integer.MAX_VALUE);

  private FaultyDataSource(DataSource source) {
    this.source = Objects.requireNonNull(source, "source");
  }

  /** A kind of call on the data source or on what came out of it. */
  public enum Call {
    /** Taking a connection. */
    CONNECT,
    /** Preparing or creating a statement. */
    PREPARE,
    /** Executing a statement or a batch. */
    EXECUTE,
    /** Going to the next row of a result. */
    FETCH,
    /** Committing; when it fails nothing is committed. */
    COMMIT,
    /** Hearing that a commit is done; when it fails everything is committed, and nobody knows. */
    COMMITTED,
    /** Rolling back. */
    ROLLBACK,
    /** Closing a connection, a statement or a result. */
    CLOSE,
    /** Every other call. */
    OTHER
  }

  /** What a process sees of its database once it is dead: no call works any more. */
  public static final class Death extends Error {
    private static final long serialVersionUID = 1L;

    private Death() {
      super("the process is dead");
    }
  }

  /**
   * Puts faults between a database and its user.
   *
   * @param source where the connections come from
   * @return the same database; nothing fails yet
   */
  public static FaultyDataSource over(DataSource source) {
    return new FaultyDataSource(source);
  }

  /**
   * Fails one call.
   *
   * @param call of this kind
   * @param n which one, counted from now; 1 is the next
   * @param failure makes what is thrown
   * @throws IllegalArgumentException if n is less than 1
   */
  public void failNth(Call call, int n, Supplier<? extends Throwable> failure) {
    plan.fail(call, n, 1, failure);
  }

  /**
   * Fails the next calls.
   *
   * @param call of this kind
   * @param calls how many, at least 1
   * @param failure makes what is thrown
   * @throws IllegalArgumentException if calls is less than 1
   */
  public void failNext(Call call, int calls, Supplier<? extends Throwable> failure) {
    plan.fail(call, 1, calls, failure);
  }

  /**
   * Fails all calls until {@link #heal()}.
   *
   * @param call of this kind
   * @param failure makes what is thrown
   */
  public void failUntilHealed(Call call, Supplier<? extends Throwable> failure) {
    plan.fail(call, 1, Long.MAX_VALUE, failure);
  }

  /**
   * Runs something before each call until {@link #heal()}, on the calling thread; it may wait, so
   * that the call hangs.
   *
   * @param call of this kind
   * @param action replaces an earlier one
   */
  public void before(Call call, Runnable action) {
    plan.before(call, action);
  }

  /** Lets all calls work again; what has died by {@link #dieAfter} stays dead. */
  public void heal() {
    plan.heal();
  }

  /**
   * Counts calls, those that failed too.
   *
   * @param call of this kind
   * @return how many there were since this data source was made
   */
  public long calls(Call call) {
    return plan.made(call);
  }

  /**
   * Lets the process die: after so many executed statements and commits every call throws {@link
   * Death}, even rolling back and closing.
   *
   * @param statements how many statements and commits work before
   */
  public void dieAfter(int statements) {
    statementsToLive.set(statements);
  }

  /**
   * Begins a new life: closes every connection that was taken, which rolls back what was open, and
   * lets all calls work.
   *
   * @throws SQLException if a connection cannot be closed
   */
  public void restart() throws SQLException {
    heal();
    statementsToLive.set(Integer.MAX_VALUE);
    for (Connection connection = opened.poll(); connection != null; connection = opened.poll()) {
      connection.close();
    }
  }

  @Override
  public Connection getConnection() throws SQLException {
    return connect(source::getConnection);
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return connect(() -> source.getConnection(user, password));
  }

  private Connection connect(Connecting connecting) throws SQLException {
    reach(Call.CONNECT);
    Connection connection = connecting.connect();
    opened.add(connection);
    return watched(Connection.class, connection);
  }

  private <T> T watched(Class<T> type, T target) {
    return type.cast(
        Proxy.newProxyInstance(
            FaultyDataSource.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> invoke(target, method, arguments)));
  }

  private @Nullable Object invoke(
      Object target, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    Call call = kind(method.getName());
    if (call == Call.CLOSE) {
      return close(target, method);
    }
    if (method.getDeclaringClass() != Object.class) {
      reach(call);
    }
    Object result = pass(target, method, arguments);
    if (call == Call.COMMIT) {
      reach(Call.COMMITTED);
    }
    if (method.getReturnType().isInterface()
        && (result instanceof Statement || result instanceof ResultSet)) {
      return watchedAs(method.getReturnType(), result);
    }
    return result;
  }

  private @Nullable Object close(Object target, Method method) throws Throwable {
    if (statementsToLive.get() < 0) {
      throw new Death();
    }
    if (target instanceof Connection connection) {
      opened.remove(connection);
    }
    pass(target, method, null);
    reach(Call.CLOSE);
    return null;
  }

  @CanIgnoreReturnValue
  private static @Nullable Object pass(
      Object target, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private <T> T watchedAs(Class<T> type, Object target) {
    return watched(type, type.cast(target));
  }

  private void reach(Call call) throws SQLException {
    boolean counts = call == Call.EXECUTE || call == Call.COMMIT;
    if ((counts ? statementsToLive.decrementAndGet() : statementsToLive.get()) < 0) {
      throw new Death();
    }
    plan.call(call);
  }

  private static Call kind(String method) {
    if (method.startsWith("execute")) {
      return Call.EXECUTE;
    }
    return switch (method) {
      case "prepareStatement", "prepareCall", "createStatement" -> Call.PREPARE;
      case "next" -> Call.FETCH;
      case "commit" -> Call.COMMIT;
      case "rollback" -> Call.ROLLBACK;
      case "close" -> Call.CLOSE;
      default -> Call.OTHER;
    };
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return source.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    source.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    source.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return source.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws java.sql.SQLFeatureNotSupportedException {
    return source.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return source.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return source.isWrapperFor(type);
  }

  private interface Connecting {
    Connection connect() throws SQLException;
  }
}
