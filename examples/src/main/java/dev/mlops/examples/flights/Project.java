package dev.mlops.examples.flights;

import dev.mlops.Workspace;
import dev.mlops.features.FeatureStore;
import dev.mlops.testkit.TestClock;

/**
 * Who plays in every chapter. The clock is the story's own: it stands where the chapter puts it.
 */
record Cast(
    Workspace workspace,
    TestClock clock,
    FeatureStore store,
    Workshop workshop,
    Narrator tell,
    Report report) {}
