package dev.mlops.architecture.offences.serving;

import dev.mlops.architecture.offences.serving.internal.Secret;

/** Lawful: its own module's internal package. */
record Owner(Secret secret) {}
