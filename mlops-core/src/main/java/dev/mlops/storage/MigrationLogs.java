package dev.mlops.storage;

import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what Flyway logs to SLF4J, under the names of Flyway's own classes, its progress at the
 * level debug: an application that opens a workspace has not asked for a migration.
 *
 * <p>Public because Flyway makes it by its name; nothing else needs it.
 */
public final class MigrationLogs implements LogCreator {
  /** For Flyway, which makes one by reflection. */
  public MigrationLogs() {}

  @Override
  public Log createLogger(Class<?> speaker) {
    return new Quieter(LoggerFactory.getLogger(speaker));
  }

  private record Quieter(Logger logger) implements Log {
    @Override
    public void debug(String message) {
      logger.debug(message);
    }

    @Override
    public void info(String message) {
      logger.debug(message);
    }

    @Override
    public void notice(String message) {
      logger.debug(message);
    }

    @Override
    public void warn(String message) {
      logger.warn(message);
    }

    @Override
    public void error(String message) {
      logger.error(message);
    }

    @Override
    public void error(String message, Exception cause) {
      logger.error(message, cause);
    }
  }
}
