package dev.mlops.architecture.offences;

import dev.mlops.architecture.offences.data.Tenant;

/** Depends on its tenant, who depends on it. */
public final class Landlord {

  Tenant tenant() {
    return new Tenant(this);
  }
}
