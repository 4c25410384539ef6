package dev.mlops.architecture.offences.data.util;

final class Junk {}
