package dev.mlops.architecture.offences.explain;

final class Unmarked {}
