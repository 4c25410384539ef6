package dev.mlops.storage;

import dev.mlops.error.ConflictException;
import dev.mlops.error.StorageException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;

/** Brings tables up to date with Flyway, one history table a module. */
final class Migrations {
  private static final Pattern MODULE = Pattern.compile("[a-z][a-z0-9_]{0,30}");

  private final DataSource source;
  private final Set<String> done = new HashSet<>();

  Migrations(DataSource source, Transactions transactions) {
    this.source = source;
  }

  synchronized void apply(String module, Class<?> anchor) {
    if (!MODULE.matcher(module).matches()) {
      throw new IllegalArgumentException(
          "a module is named by up to 31 lower-case letters, digits and underscores: '"
              + module
              + "'");
    }
    if (!done.contains(module)) {
      run(module, anchor);
      done.add(module);
    }
  }

  private void run(String module, Class<?> anchor) {
    try {
      Flyway flyway = flyway(module, anchor);
      refuseNewer(module, flyway);
      flyway.migrate();
    } catch (FlywayException e) {
      throw new StorageException(
          "cannot migrate the tables of '" + module + "': " + e.getMessage(), e);
    }
  }

  private Flyway flyway(String module, Class<?> anchor) {
    return Flyway.configure(anchor.getClassLoader())
        .dataSource(source)
        .locations("classpath:dev/mlops/" + module + "/migrations")
        .table("mlops_" + module + "_history")
        .failOnMissingLocations(true)
        // Other modules' tables are there before this one's history is.
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .load();
  }

  private static void refuseNewer(String module, Flyway flyway) {
    String known = "0";
    for (MigrationInfo info : flyway.info().all()) {
      if (info.getState() == MigrationState.FUTURE_SUCCESS) {
        throw new ConflictException(
            "the tables of '"
                + module
                + "' are at version "
                + info.getVersion()
                + " but this code knows them up to version "
                + known
                + "; use the newer release");
      }
      known = String.valueOf(info.getVersion());
    }
  }
}
