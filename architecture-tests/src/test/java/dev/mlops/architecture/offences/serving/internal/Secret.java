package dev.mlops.architecture.offences.serving.internal;

/** What no other module may know. */
public interface Secret {}
