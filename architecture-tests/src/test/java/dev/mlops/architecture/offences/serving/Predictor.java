package dev.mlops.architecture.offences.serving;

/** What monitoring may not know. */
public interface Predictor {}
