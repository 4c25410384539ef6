package dev.mlops.features.view;

import dev.mlops.data.DataType;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.error.Elements;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The features of one model, in the order the model takes them: those of its views, then request
 * columns and derived features as they were added.
 *
 * <p>Immutable: every method that adds returns a new service. Serializable with the code of its
 * derived features, which another machine needs on its class path.
 */
public final class FeatureService implements Serializable {

  private static final long serialVersionUID = 1;

  private final transient String name;
  private final transient List<View> views;
  private final transient Map<String, Field> request;
  private final transient List<Extra> extras;
  private final transient List<Field> fields;

  private FeatureService(
      String name, List<View> views, Map<String, Field> request, List<Extra> extras) {
    this.name = name;
    this.views = Elements.copy(views, "views");
    this.request = request;
    this.extras = Elements.copy(extras, "extras");
    List<Field> all = new ArrayList<>();
    views.forEach(view -> all.addAll(view.features()));
    extras.forEach(extra -> all.add(extra.field()));
    Names.checkDistinct("feature", all.stream().map(Field::name).toList());
    this.fields = List.copyOf(all);
  }

  /**
   * Returns a service of the features of some views.
   *
   * @param name the service's name: letters, digits, {@code _} and {@code -}
   * @param views the views in order; each with a name of its own
   * @return the service
   * @throws IllegalArgumentException if the name has other characters, two views or features have
   *     one name, or two entities give one key column different types
   */
  public static FeatureService of(String name, View... views) {
    List<View> each = Elements.copy(views, "views");
    Names.check("service", name);
    Names.checkDistinct("view", each.stream().map(View::name).toList());
    Map<String, Field> request = new LinkedHashMap<>();
    for (View view : each) {
      view.entity().keys().forEach(key -> addRequest(request, key));
    }
    return new FeatureService(name, each, request, List.of());
  }

  /**
   * Declares columns that a request has beside the keys, for {@link #include} and {@link #derive}.
   *
   * @param columns names and types
   * @return a service that also has these columns
   * @throws IllegalArgumentException if a column is declared already with another type
   */
  public FeatureService request(Field... columns) {
    Map<String, Field> more = new LinkedHashMap<>(request);
    for (Field column : Elements.copy(columns, "columns")) {
      addRequest(more, column);
    }
    return new FeatureService(name, views, more, extras);
  }

  /**
   * Adds a declared request column as a feature, as it is.
   *
   * @param column the column's name, which is also the feature's
   * @return a service with one more feature
   * @throws IllegalArgumentException if the column is not declared or already a feature
   */
  public FeatureService include(String column) {
    Field field = request.get(column);
    if (field == null) {
      throw new IllegalArgumentException(
          "no request column '"
              + column
              + "'; found: "
              + request.keySet()
              + ". Declare it with request(...)");
    }
    return with(new Extra(field.orNull(), 0, null));
  }

  /**
   * Adds a feature that code computes at request time, the same code in training and live. NaN
   * means no value.
   *
   * <p>The version stands for the code in the definition: raise it whenever the code changes, and
   * the service is another one. Code that changes under an old version is noticed in most cases:
   * the definition also holds a digest of what the code answers to 64 made-up requests, to ten
   * digits. A change that shows on none of them, such as the value for one certain text, is not
   * noticed.
   *
   * @param feature the feature's name
   * @param version the version of the code, 1 or more
   * @param code a function of the context, without side effects and safe for use by many threads
   * @return a service with one more feature, a nullable FLOAT64
   * @throws IllegalArgumentException if there is already a feature of that name, or the version is
   *     below 1
   */
  public FeatureService derive(String feature, int version, Derivation code) {
    Objects.requireNonNull(feature, "feature");
    Objects.requireNonNull(code, "code");
    Names.check("feature", feature);
    if (version < 1) {
      throw new IllegalArgumentException(
          "the version of feature '" + feature + "' must be 1 or more: " + version);
    }
    if (request.containsKey(feature)) {
      throw new IllegalArgumentException("feature '" + feature + "' is also a request column");
    }
    return with(new Extra(Field.of(feature, DataType.FLOAT64).orNull(), version, code));
  }

  /**
   * Returns the service's name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Returns the views in order.
   *
   * @return an unmodifiable list
   */
  public List<View> views() {
    return views;
  }

  /**
   * Returns the names of the features in the order of the model's input.
   *
   * @return an unmodifiable list
   */
  public List<String> features() {
    return fields.stream().map(Field::name).toList();
  }

  /**
   * Returns the features with their types, in the order of the model's input.
   *
   * @return an unmodifiable list
   */
  public List<Field> fields() {
    return fields;
  }

  /**
   * Returns what a request must bring: the keys of all entities, then the declared columns.
   *
   * @return an unmodifiable list
   */
  public List<Field> requestFields() {
    return List.copyOf(request.values());
  }

  /**
   * Returns the digest of the definition with the definitions of its views.
   *
   * @return the SHA-256 of the canonical text
   */
  public Digest digest() {
    return Definition.of(this).digest();
  }

  List<Extra> extras() {
    return extras;
  }

  @Override
  public String toString() {
    return name + ": " + features();
  }

  private FeatureService with(Extra extra) {
    List<Extra> more = new ArrayList<>(extras);
    more.add(extra);
    return new FeatureService(name, views, request, more);
  }

  /**
   * Puts the definition as JSON and the code of the features in the place of this service.
   *
   * @return what is written
   */
  private Object writeReplace() {
    return new Travelling(this);
  }

  /**
   * Refuses bytes that are no definition.
   *
   * @param in the bytes
   * @throws InvalidObjectException always
   */
  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("a service is read from its definition");
  }

  private static void addRequest(Map<String, Field> request, Field field) {
    Field first = request.putIfAbsent(field.name(), field);
    if (first != null && !first.dataType().equals(field.dataType())) {
      throw new IllegalArgumentException(
          "request column '"
              + field.name()
              + "' is "
              + first.dataType()
              + " and also "
              + field.dataType());
    }
  }
}
