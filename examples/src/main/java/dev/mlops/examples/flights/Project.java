package dev.mlops.examples.flights;

import dev.mlops.Workspace;
import dev.mlops.features.FeatureStore;
import dev.mlops.report.Report;
import dev.mlops.testkit.TestClock;

/** What every step needs. The clock is the example's own: it stands where the step puts it. */
record Project(
    Workspace workspace,
    TestClock clock,
    FeatureStore store,
    Trainer trainer,
    Printer printer,
    Report report) {}
