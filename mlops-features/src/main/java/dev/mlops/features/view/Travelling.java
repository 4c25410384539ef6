package dev.mlops.features.view;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service on its way to another machine: its definition as JSON, and the code of its features.
 */
final class Travelling implements Serializable {

  private static final long serialVersionUID = 1;

  /** A feature beside the views': its code, or the request column of its name. */
  private record Feature(String name, int version, @Nullable Derivation code)
      implements Serializable {}

  private final String json;
  private final ArrayList<Feature> features = new ArrayList<>();

  Travelling(FeatureService service) {
    this.json = DefinitionJson.write(service);
    for (Extra extra : service.extras()) {
      features.add(new Feature(extra.field().name(), extra.version(), extra.code()));
    }
  }

  private Object readResolve() {
    FeatureService service = DefinitionJson.plain(json);
    for (Feature feature : List.copyOf(features)) {
      service =
          feature.code == null
              ? service.include(feature.name)
              : service.derive(feature.name, feature.version, feature.code);
    }
    return service;
  }
}
