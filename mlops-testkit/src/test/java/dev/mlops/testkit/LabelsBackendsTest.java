package dev.mlops.testkit;

import dev.mlops.predictions.PredictionLog;
import dev.mlops.storage.Database;
import java.time.Clock;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

class LabelsBackendsTest {
  /** Logs in one database, which outlives them. */
  abstract static class InADatabase extends LabelsContract {
    private Database database;

    abstract Database database();

    @BeforeEach
    @Override
    void openLog() {
      database = database();
      super.openLog();
    }

    @AfterEach
    void closeDatabase() {
      database.close();
    }

    @Override
    protected PredictionLog open(String project) {
      return PredictionLog.builder(database, Clock.systemUTC()).project(project).open();
    }
  }

  @Nested
  class In_H2 extends InADatabase {
    @Override
    Database database() {
      return TestDatabases.h2InMemory();
    }
  }

  @Nested
  class In_PostgreSQL extends InADatabase {
    private static final DataSource SOURCE = TestDatabases.postgresPool();

    @Override
    Database database() {
      return TestDatabases.emptied(SOURCE);
    }
  }
}
