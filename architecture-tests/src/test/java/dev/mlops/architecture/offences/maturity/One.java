package dev.mlops.architecture.offences.maturity;

/** One door too many. */
public interface One {}
