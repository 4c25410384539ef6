package dev.mlops.features;

import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import java.util.List;

/**
 * A named group of features of one entity, computed from rows with an event time and a knowledge
 * time. Implementations are immutable.
 */
public sealed interface View permits FeatureView, EventView {

  /**
   * Returns the view's name, the first part of its features' names.
   *
   * @return the name
   */
  String name();

  /**
   * Returns what the features describe.
   *
   * @return the entity
   */
  Entity entity();

  /**
   * Returns the features with their full names, such as {@code origin_delay_mean_7d}, in order.
   *
   * @return the features; every one is nullable, because an entity may be unknown
   */
  List<Field> features();

  /**
   * Returns the digest of the definition: equal exactly if the definitions are equal.
   *
   * @return the SHA-256 of the definition's canonical text
   */
  default Digest digest() {
    return Definition.of(this).digest();
  }
}
