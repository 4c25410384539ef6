package dev.mlops.architecture.offences.drift;

import dev.mlops.architecture.offences.serving.Predictor;

record Upstairs(Predictor predictor) {}
