package dev.mlops.storage;

import dev.mlops.data.Dataset;
import dev.mlops.data.Schema;
import dev.mlops.error.MlopsException;
import dev.mlops.error.Plural;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of a query, a portion at a time, in a transaction of their own that lasts until the last
 * of them. They are as they were when the query began, whatever others change meanwhile.
 *
 * <p>PostgreSQL sends rows in portions only outside auto-commit and with a fetch size, else all at
 * once. H2 finds all rows before it gives the first, unless it is told to find each when it is
 * asked for.
 */
final class QueryCursor implements Iterator<Dataset>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  private static final int FETCH = 1_000;

  /** What is asked, and how many rows a portion has at most. */
  record Query(int rows, @Nullable ZoneId zone, String sql, List<@Nullable Object> arguments) {

    MlopsException failure(SQLException e) {
      return SqlFailure.of("'" + sql + "'", e);
    }
  }

  private final Query query;
  private final ResultSet rows;
  private final Deque<Step> ending;
  private long taken;
  private boolean atRow;

  private QueryCursor(Query query, ResultSet rows, Deque<Step> ending) throws SQLException {
    this.query = query;
    this.rows = rows;
    this.ending = ending;
    this.atRow = rows.next();
  }

  /** Begins a query on a connection, which is given back at its end, and at once if this fails. */
  static QueryCursor open(Connection connection, Query query) {
    Deque<Step> ending = new ArrayDeque<>();
    try {
      PreparedStatement statement = prepare(connection, query, ending);
      return new QueryCursor(query, statement.executeQuery(), ending);
    } catch (SQLException e) {
      end(ending);
      throw query.failure(e);
    } catch (RuntimeException | Error e) {
      end(ending);
      throw e;
    }
  }

  /** Says which columns a query has, without running it. */
  static Schema schema(Connection connection, Query query) {
    Deque<Step> ending = new ArrayDeque<>();
    try {
      PreparedStatement statement = prepare(connection, query, ending);
      return QueryResult.schema(statement.getMetaData(), query.zone());
    } catch (SQLException e) {
      throw query.failure(e);
    } finally {
      end(ending);
    }
  }

  private static PreparedStatement prepare(Connection connection, Query query, Deque<Step> ending)
      throws SQLException {
    ending.push(connection::close);
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    ending.push(() -> connection.setAutoCommit(autoCommit));
    if (connection.getMetaData().getDatabaseProductName().equals("H2")) {
      findRowsWhenAsked(connection, true);
      ending.push(() -> findRowsWhenAsked(connection, false));
    }
    ending.push(connection::rollback);
    PreparedStatement statement = connection.prepareStatement(query.sql());
    ending.push(statement::close);
    statement.setFetchSize(Math.min(query.rows(), FETCH));
    Arguments.bind(statement, query.arguments().toArray());
    return statement;
  }

  private static void findRowsWhenAsked(Connection connection, boolean lazy) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LAZY_QUERY_EXECUTION " + lazy);
    }
  }

  @Override
  public boolean hasNext() {
    return atRow;
  }

  @Override
  public Dataset next() {
    if (!atRow) {
      throw new NoSuchElementException("the query has " + Plural.of(taken, "row"));
    }
    try {
      QueryResult result = new QueryResult(rows, query.zone(), taken);
      for (int row = 0; atRow && row < query.rows(); row++) {
        result.addRow();
        taken++;
        atRow = rows.next();
      }
      return result.build(QueryResult.schema(rows.getMetaData(), query.zone()));
    } catch (SQLException e) {
      throw query.failure(e);
    }
  }

  @Override
  public void close() {
    atRow = false;
    end(ending);
  }

  /** Does all steps, the last first; the rows that were read are no worse if one fails. */
  private static void end(Deque<Step> ending) {
    while (!ending.isEmpty()) {
      try {
        ending.pop().run();
      } catch (SQLException | RuntimeException e) {
        LOG.warn("a connection could not be given back after a query", e);
      }
    }
  }

  private interface Step {
    void run() throws SQLException;
  }
}
