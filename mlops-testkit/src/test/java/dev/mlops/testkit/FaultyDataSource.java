package dev.mlops.testkit;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** An H2 database in memory whose disk can be pulled, and whose process can die. */
final class FaultyDataSource implements DataSource {
  private final JdbcDataSource source = new JdbcDataSource();
  private volatile boolean broken;
  private volatile Runnable gate = () -> {};
  private final Queue<Connection> opened = new ConcurrentLinkedQueue<>();
  private final AtomicInteger statementsLeft = new AtomicInteger(Integer.MAX_VALUE);

  FaultyDataSource(String name) {
    source.setURL("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE");
  }

  void broken(boolean broken) {
    this.broken = broken;
  }

  /** What a dead process sees of its database; nobody tries again after that. */
  static final class Death extends Error {
    private static final long serialVersionUID = 1L;

    private Death() {
      super("the process is dead");
    }
  }

  /** Lets the process die at the next statement or commit after so many. */
  void dieAfter(int statements) {
    statementsLeft.set(statements);
  }

  /** Leaves it as a new process finds it, with every connection closed and taken back. */
  void restart() throws SQLException {
    statementsLeft.set(Integer.MAX_VALUE);
    for (Connection connection : opened) {
      connection.close();
    }
    opened.clear();
  }

  void gate(Runnable gate) {
    this.gate = gate;
  }

  @Override
  public Connection getConnection() throws SQLException {
    gate.run();
    if (broken) {
      throw new SQLException("the disk is gone", "58030");
    }
    Connection connection = source.getConnection();
    opened.add(connection);
    return watched(Connection.class, connection);
  }

  private <T> T watched(Class<T> type, T target) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          String name = method.getName();
          boolean counts = name.startsWith("execute") || name.equals("commit");
          int left = counts ? statementsLeft.getAndDecrement() : statementsLeft.get();
          if (left < 0 || (counts && left == 0)) {
            throw new Death();
          }
          try {
            Object result = method.invoke(target, arguments);
            return result instanceof Statement && method.getReturnType().isInterface()
                ? watchedStatement(method.getReturnType(), result)
                : result;
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return type.cast(
        Proxy.newProxyInstance(
            FaultyDataSource.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private <T> T watchedStatement(Class<T> type, Object statement) {
    return watched(type, type.cast(statement));
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public PrintWriter getLogWriter() {
    return new PrintWriter(PrintWriter.nullWriter());
  }

  @Override
  public void setLogWriter(PrintWriter out) {}

  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("wraps nothing");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
