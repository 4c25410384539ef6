package dev.mlops.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.JsonFailure;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.Plural;
import dev.mlops.stats.Histogram;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A profile as JSON. Sums are whole numbers of units of 2^-1074 in base 36, histograms their own
 * bytes in base 64.
 */
final class ProfileJson {
  private static final int VERSION = 1;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ProfileJson() {}

  static String write(Profile profile) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("profile", VERSION);
    json.put("rows", profile.rows());
    ObjectNode skipped = json.putObject("skipped");
    profile.skipped().forEach(skipped::put);
    ArrayNode differences = json.putArray("differences");
    profile.differences().values().forEach(column -> differences.add(difference(column)));
    ArrayNode columns = json.putArray("columns");
    profile.columns().forEach(column -> columns.add(column(column)));
    return json.toString();
  }

  private static ObjectNode difference(ColumnDifference column) {
    return MAPPER
        .createObjectNode()
        .put("name", column.column())
        .put("kind", column.kind().name())
        .put("expected", column.expected())
        .put("found", column.found())
        .put("rows", column.rows());
  }

  private static ObjectNode column(ColumnProfile column) {
    ObjectNode json = MAPPER.createObjectNode().put("name", column.name());
    if (column instanceof NumberProfile numbers) {
      numbers(json, numbers);
    } else {
      categories(json, (CategoryProfile) column);
    }
    return json;
  }

  private static void numbers(ObjectNode json, NumberProfile column) {
    ArrayNode edges = json.putArray("edges");
    for (double edge : column.bins().edges()) {
      edges.add(edge);
    }
    ArrayNode counts = json.putArray("bins");
    for (long count : column.counts()) {
      counts.add(count);
    }
    json.put("least", Double.toString(column.bins().least()));
    json.put("greatest", Double.toString(column.bins().greatest()));
    json.put("below", column.below());
    json.put("above", column.above());
    json.put("count", column.moments().count());
    json.put("sum", column.moments().sum().toString(Character.MAX_RADIX));
    json.put("squares", column.moments().squares().toString(Character.MAX_RADIX));
    json.put("histogram", Base64.getEncoder().encodeToString(column.histogram().toBytes()));
  }

  private static void categories(ObjectNode json, CategoryProfile column) {
    json.put("missing", column.missing());
    json.put("hashed", column.isHashed());
    ObjectNode counts = json.putObject("categories");
    column.counts().forEach(counts::put);
  }

  static Profile read(String text) {
    try {
      return profile(MAPPER.readTree(text));
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("this is no profile: " + JsonFailure.reason(e), e);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("this is no profile: " + e.getMessage(), e);
    }
  }

  private static Profile profile(JsonNode json) {
    NewerFormException.requireKnown("the profile", count(json, "profile"), VERSION);
    Map<String, ColumnProfile> columns = new LinkedHashMap<>();
    for (JsonNode column : member(json, "columns")) {
      String name = text(column, "name");
      columns.put(name, column.has("edges") ? numbers(name, column) : categories(name, column));
    }
    Map<String, String> skipped = new LinkedHashMap<>();
    JsonNode types = member(json, "skipped");
    types.fieldNames().forEachRemaining(name -> skipped.put(name, text(types, name)));
    Map<String, ColumnDifference> differences = new LinkedHashMap<>();
    for (JsonNode column : member(json, "differences")) {
      differences.put(text(column, "name"), difference(column));
    }
    return new Profile(columns, skipped, differences, count(json, "rows"));
  }

  private static ColumnDifference difference(JsonNode json) {
    return new ColumnDifference(
        text(json, "name"),
        ColumnDifference.Kind.valueOf(text(json, "kind")),
        text(json, "expected"),
        text(json, "found"),
        count(json, "rows"));
  }

  private static NumberProfile numbers(String name, JsonNode json) {
    Bins bins = bins(name, json);
    JsonNode listed = member(json, "bins");
    long[] counts = IntStream.range(0, listed.size()).mapToLong(i -> count(listed, i)).toArray();
    Histogram histogram = Histogram.fromBytes(Base64.getDecoder().decode(text(json, "histogram")));
    if (counts.length != bins.count() || LongStream.of(counts).sum() != histogram.count()) {
      throw new IllegalArgumentException(
          "column '"
              + name
              + "' has "
              + Plural.of(bins.count(), "bin")
              + " and "
              + Plural.of(histogram.count(), "value")
              + ", but counts "
              + Arrays.toString(counts));
    }
    Moments moments = new Moments(count(json, "count"), units(json, "sum"), units(json, "squares"));
    return new NumberProfile(
        name, bins, counts, count(json, "below"), count(json, "above"), moments, histogram);
  }

  private static Bins bins(String name, JsonNode json) {
    JsonNode listed = member(json, "edges");
    double[] edges = new double[listed.size()];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = listed.get(i).isNumber() ? listed.get(i).doubleValue() : Double.NaN;
      if (!Double.isFinite(edges[i]) || (i > 0 && edges[i] <= edges[i - 1])) {
        throw new IllegalArgumentException(
            "column '" + name + "' has edges that do not rise: " + listed);
      }
    }
    return new Bins(edges, real(json, "least"), real(json, "greatest"));
  }

  private static JsonNode member(JsonNode json, String field) {
    JsonNode value = json.get(field);
    if (value == null) {
      throw new IllegalArgumentException("it has no '" + field + "'");
    }
    return value;
  }

  private static String text(JsonNode json, String field) {
    JsonNode value = member(json, field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("'" + field + "' is no text: " + value);
    }
    return value.textValue();
  }

  private static long count(JsonNode json, String field) {
    return count(field, member(json, field));
  }

  private static long count(JsonNode json, int index) {
    return count("bins", json.required(index));
  }

  private static long count(String name, JsonNode value) {
    if (!value.canConvertToLong() || !value.isIntegralNumber() || value.longValue() < 0) {
      throw new IllegalArgumentException("'" + name + "' is no count: " + value);
    }
    return value.longValue();
  }

  private static double real(JsonNode json, String field) {
    double value;
    try {
      value = Double.parseDouble(text(json, field));
    } catch (NumberFormatException e) {
      throw notNumber("number", json, field, e);
    }
    if (Double.isNaN(value)) {
      throw notNumber("number", json, field, null);
    }
    return value;
  }

  private static BigInteger units(JsonNode json, String field) {
    try {
      return new BigInteger(text(json, field), Character.MAX_RADIX);
    } catch (NumberFormatException e) {
      throw notNumber("whole number of the digits 0 to z", json, field, e);
    }
  }

  /** The value as JSON has it, so that what cannot be printed is escaped. */
  private static IllegalArgumentException notNumber(
      String kind, JsonNode json, String field, @Nullable NumberFormatException cause) {
    return new IllegalArgumentException(
        "'%s' is no %s: %s".formatted(field, kind, member(json, field)), cause);
  }

  private static CategoryProfile categories(String name, JsonNode json) {
    Map<String, Long> counts = new LinkedHashMap<>();
    JsonNode categories = member(json, "categories");
    categories.fieldNames().forEachRemaining(key -> counts.put(key, count(categories, key)));
    JsonNode hashed = member(json, "hashed");
    if (!hashed.isBoolean()) {
      throw new IllegalArgumentException("'hashed' is neither true nor false: " + hashed);
    }
    return CategoryProfile.of(name, counts, count(json, "missing"), hashed.booleanValue());
  }
}
