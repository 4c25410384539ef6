package dev.mlops.architecture.offences.data;

final class RowManager {}
