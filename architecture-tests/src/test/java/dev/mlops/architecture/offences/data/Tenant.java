package dev.mlops.architecture.offences.data;

import dev.mlops.architecture.offences.Landlord;

/** One half of a cycle between the root package and another. */
public record Tenant(Landlord landlord) {}
