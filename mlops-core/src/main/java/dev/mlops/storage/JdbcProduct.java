package dev.mlops.storage;

import java.sql.Connection;
import java.sql.SQLException;

/** Tells the databases apart where they need different statements. */
final class JdbcProduct {
  private JdbcProduct() {}

  static boolean isPostgres(Connection connection) throws SQLException {
    return connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
  }
}
