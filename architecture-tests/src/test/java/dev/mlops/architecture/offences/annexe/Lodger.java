package dev.mlops.architecture.offences.annexe;

final class Lodger {}
