package dev.mlops.architecture.offences.features.view;

import java.time.Clock;

/** Computes another feature each time it is asked. */
record Timekeeper(Clock clock) {}
