package dev.mlops.architecture.offences.pipeline;

import dev.mlops.architecture.offences.serving.Predictor;
import dev.mlops.architecture.offences.serving.internal.Secret;

/** May use serving, but not what is internal to it. */
record Burglar(Predictor predictor, Secret secret) {}
