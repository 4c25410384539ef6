package dev.mlops.testkit;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** An H2 database in memory whose disk can be pulled. */
final class FaultyDataSource implements DataSource {
  private final JdbcDataSource source = new JdbcDataSource();
  private volatile boolean broken;
  private volatile Runnable gate = () -> {};

  FaultyDataSource(String name) {
    source.setURL("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE");
  }

  void broken(boolean broken) {
    this.broken = broken;
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
    return source.getConnection();
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
