package dev.mlops.architecture.offences.journal;

import java.sql.Connection;

record Plumber(Connection connection) {}
