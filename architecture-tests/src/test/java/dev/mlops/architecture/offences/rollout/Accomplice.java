package dev.mlops.architecture.offences.rollout;

import dev.mlops.architecture.offences.serving.Predictor;

/** Judges a router, and holds one. */
record Accomplice(Predictor router) {}
