package dev.mlops.storage;

import dev.mlops.error.FileFailure;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings tables up to date with Flyway, one history table a module. */
final class Migrations {
  private static final Pattern MODULE = Pattern.compile("[a-z][a-z0-9_]{0,30}");
  private static final int ATTEMPTS = 10;
  private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

  private final DataSource source;
  private final Transactions transactions;
  private final Set<String> done = new HashSet<>();

  Migrations(DataSource source, Transactions transactions) {
    this.source = source;
    this.transactions = transactions;
  }

  synchronized void apply(String module, Class<?> anchor) {
    if (!MODULE.matcher(module).matches()) {
      throw new IllegalArgumentException(
          "a module is named by up to 31 lower-case letters, digits and underscores: '"
              + module
              + "'");
    }
    if (!done.contains(module)) {
      bringUpToDate(module, anchor.getClassLoader());
      done.add(module);
    }
  }

  private void bringUpToDate(String module, ClassLoader loader) {
    SortedMap<Integer, Integer> scripts = scripts(module, loader);
    SortedMap<Integer, Integer> history = history(module);
    if (!history.isEmpty()) {
      NewerFormException.requireKnown(
          "the tables of '" + module + "'", history.lastKey(), scripts.lastKey());
    }
    if (!history.equals(scripts)) {
      migrate(module, loader);
    }
  }

  private static SortedMap<Integer, Integer> scripts(String module, ClassLoader loader) {
    String folder = folder(module);
    try {
      SortedMap<Integer, Integer> scripts = Scripts.checksums(loader, folder);
      if (scripts.isEmpty()) {
        throw new IllegalArgumentException(
            "no scripts V1__name.sql in the class-path folder " + folder);
      }
      return scripts;
    } catch (IOException e) {
      throw new StorageException(
          "cannot read the scripts in the class-path folder "
              + folder
              + ": "
              + FileFailure.reason(e),
          e);
    }
  }

  /** Returns the checksum of each version that was applied; none if there is no history. */
  private SortedMap<Integer, Integer> history(String module) {
    SortedMap<Integer, Integer> applied = new TreeMap<>();
    try {
      var unused =
          transactions.read(
              session -> {
                session.each(
                    "SELECT \"version\", \"checksum\" FROM \""
                        + table(module)
                        + "\" WHERE \"success\" AND \"type\" = 'SQL'",
                    row ->
                        applied.put(
                            Integer.valueOf(row.text("version")), (int) row.number("checksum")));
                return true;
              });
    } catch (StorageException noTable) {
      applied.clear();
    }
    return applied;
  }

  // Flyway wants a human to look at what failed; our scripts may simply be run again.
  private void forgetFailures(String module) {
    try {
      transactions.transaction(
          session -> session.update("DELETE FROM \"" + table(module) + "\" WHERE NOT \"success\""));
    } catch (StorageException noTable) {
      return;
    }
  }

  private void migrate(String module, ClassLoader loader) {
    Flyway flyway =
        Flyway.configure(loader)
            .dataSource(source)
            .locations("classpath:" + folder(module))
            .table(table(module))
            .placeholders(Map.of("bytewise", bytewise()))
            // Left to choose, it prints to the standard error where nobody listens to SLF4J.
            .loggers(MigrationLogs.class.getName())
            // Other modules' tables are there before this one's history is.
            .baselineOnMigrate(true)
            .baselineVersion("0")
            .load();
    forgetFailures(module);
    for (int attempt = 1; !isMigrated(flyway, module, attempt); attempt++) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /**
   * Of two processes that find no history one makes it while the other looks whether it may, which
   * Flyway then refuses; at the next attempt there is a history, and they take turns.
   */
  private boolean isMigrated(Flyway flyway, String module, int attempt) {
    try {
      transactions.aside(flyway::migrate);
      return true;
    } catch (FlywayException e) {
      if (attempt == ATTEMPTS || !String.valueOf(e.getMessage()).contains("Unable to baseline")) {
        throw new StorageException(
            "cannot migrate the tables of '" + module + "': " + SqlFailure.migrating(e), e);
      }
      return false;
    }
  }

  /** Returns what makes PostgreSQL order and compare texts as H2 does, whatever its locale. */
  private String bytewise() {
    try (Connection connection = source.getConnection()) {
      return JdbcProduct.isPostgres(connection) ? " COLLATE \"C\"" : "";
    } catch (SQLException e) {
      throw SqlFailure.of("connecting to the database", e);
    }
  }

  private static String folder(String module) {
    return "dev/mlops/" + module + "/migrations";
  }

  private static String table(String module) {
    return "mlops_" + module + "_history";
  }
}
