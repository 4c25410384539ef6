package dev.mlops.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.Digest;
import dev.mlops.storage.Database;
import dev.mlops.storage.Session;
import dev.mlops.testkit.TestDatabases;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A query that finds few events reads few rows, although thousands of events lie between them. */
class SparseEventsTest {
  private static final int COMMON = 1_500;
  private static final int RARE = 3;
  private static final int MOST = 100;
  private static final Digest MODEL = Digest.of(new byte[] {1});
  private static final Instant NOON = Instant.parse("2001-03-04T12:00:00Z");

  // H2 says how many rows each table gave, PostgreSQL also how many were read in vain.
  private static final Pattern READ =
      Pattern.compile("scanCount: (\\d+)|actual .*rows=(\\d+)|Removed by Filter: (\\d+)");

  @Test
  void on_h2() {
    try (Database database = Database.h2InMemory()) {
      assertReadsFew(database, "EXPLAIN ANALYZE ", "PLAN");
    }
  }

  @Test
  void on_postgresql() {
    try (Database database = TestDatabases.postgres()) {
      assertReadsFew(database, "EXPLAIN (ANALYZE, TIMING OFF) ", "QUERY PLAN");
    }
  }

  private static void assertReadsFew(Database database, String explain, String column) {
    write(database);
    // As the databases do themselves after a while.
    database.transaction(session -> session.update("ANALYZE"));
    for (Selection rare :
        List.of(
            selection("rare.", null, null, null),
            selection(null, ObjectKey.of("model", "rare"), null, null),
            selection(null, null, MODEL, null),
            selection(null, null, null, NOON))) {
      assertThat(rowsRead(database, rare, explain, column)).as("%s", rare).isLessThan(MOST);
    }
    assertThat(rowsRead(database, selection("common", null, null, null), explain, column))
        .as("the first of many")
        .isLessThan(MOST);
  }

  private static Selection selection(
      @Nullable String kind,
      @Nullable ObjectKey about,
      @Nullable Digest subject,
      @Nullable Instant from) {
    return new Selection(kind, about, subject, from, null, 0);
  }

  private static void write(Database database) {
    Journal early = at(database, NOON.minusSeconds(60));
    Journal noon = at(database, NOON);
    Entry rare = Entry.of("rare.x").about("model", "rare").subject("model", MODEL);
    noon.append(rare.detail("k", "v"));
    database.transaction(
        session -> {
          for (int i = 0; i < COMMON; i++) {
            early.append(session, Entry.of("common").detail("one", "1").detail("two", "2"));
            if (i == COMMON / 2) {
              noon.append(session, rare);
            }
          }
          return true;
        });
    noon.append(rare);
  }

  private static Journal at(Database database, Instant time) {
    return Journal.of(database, Clock.fixed(time, ZoneOffset.UTC), "flights", Actor.system());
  }

  /** Runs a query for three events, and then asks for the plan of each of its statements. */
  private static long rowsRead(
      Database database, Selection selection, String explain, String column) {
    return database.read(
        session -> {
          List<Statement> statements = new ArrayList<>();
          Session recording = recording(session, statements);
          Head head = EventTable.head(session, "flights");
          assertThat(
                  new EventSearch(recording, "flights", head, selection, 0, head.event())
                      .read(RARE))
              .hasSize(RARE);
          return statements.stream().mapToLong(each -> rows(session, each, explain, column)).sum();
        });
  }

  private static long rows(Session session, Statement statement, String explain, String column) {
    List<String> plan =
        session.list(
            explain + statement.sql(), row -> row.text(column), statement.arguments().toArray());
    long rows =
        plan.stream()
            .flatMap(line -> READ.matcher(line).results())
            .mapToLong(SparseEventsTest::number)
            .sum();
    assertThat(rows).as("%s", plan).isLessThan(MOST);
    return rows;
  }

  private static long number(MatchResult found) {
    return IntStream.rangeClosed(1, found.groupCount())
        .mapToObj(found::group)
        .filter(Objects::nonNull)
        .mapToLong(Long::parseLong)
        .sum();
  }

  private record Statement(String sql, List<Object> arguments) {}

  private static Session recording(Session session, List<Statement> statements) {
    return (Session)
        Proxy.newProxyInstance(
            Session.class.getClassLoader(),
            new Class<?>[] {Session.class},
            (proxy, method, arguments) -> {
              statements.add(
                  new Statement((String) arguments[0], List.of((Object[]) arguments[2])));
              return call(session, method, arguments);
            });
  }

  private static Object call(Session session, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(session, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
