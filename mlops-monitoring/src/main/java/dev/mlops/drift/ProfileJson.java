package dev.mlops.drift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlops.error.InvalidInputException;
import dev.mlops.stats.Histogram;
import java.math.BigInteger;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

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
    profile.skippedTypes().forEach(skipped::put);
    ArrayNode unlike = json.putArray("unlike");
    profile.unlike().values().forEach(column -> unlike.add(unlike(column)));
    ArrayNode columns = json.putArray("columns");
    profile.columns().forEach(column -> columns.add(column(column)));
    return json.toString();
  }

  private static ObjectNode unlike(Unlike column) {
    return MAPPER
        .createObjectNode()
        .put("name", column.name())
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
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new InvalidInputException("this is no profile: " + e.getMessage(), e);
    }
  }

  private static Profile profile(JsonNode json) {
    int version = json.required("profile").intValue();
    if (version != VERSION) {
      throw new InvalidInputException(
          "the profile is of version " + version + ", but this code reads version " + VERSION);
    }
    Map<String, ColumnProfile> columns = new LinkedHashMap<>();
    for (JsonNode column : json.required("columns")) {
      String name = column.required("name").textValue();
      columns.put(name, column.has("edges") ? numbers(name, column) : categories(name, column));
    }
    Map<String, String> skipped = new LinkedHashMap<>();
    json.required("skipped")
        .properties()
        .forEach(entry -> skipped.put(entry.getKey(), entry.getValue().textValue()));
    Map<String, Unlike> unlike = new LinkedHashMap<>();
    for (JsonNode column : json.required("unlike")) {
      unlike.put(column.required("name").textValue(), unlike(column));
    }
    return new Profile(columns, skipped, unlike, json.required("rows").longValue());
  }

  private static Unlike unlike(JsonNode json) {
    return new Unlike(
        json.required("name").textValue(),
        Unlike.Kind.valueOf(json.required("kind").textValue()),
        json.required("expected").textValue(),
        json.required("found").textValue(),
        json.required("rows").longValue());
  }

  private static NumberProfile numbers(String name, JsonNode json) {
    double[] edges = stream(json.required("edges")).mapToDouble(JsonNode::doubleValue).toArray();
    long[] counts = stream(json.required("bins")).mapToLong(JsonNode::longValue).toArray();
    if (counts.length != edges.length + 1) {
      throw new IllegalArgumentException(
          "column '" + name + "' has " + edges.length + " edges and " + counts.length + " bins");
    }
    Moments moments =
        new Moments(json.required("count").longValue(), units(json, "sum"), units(json, "squares"));
    byte[] histogram = Base64.getDecoder().decode(json.required("histogram").textValue());
    Bins bins = new Bins(edges, real(json, "least"), real(json, "greatest"));
    return new NumberProfile(
        name,
        bins,
        counts,
        json.required("below").longValue(),
        json.required("above").longValue(),
        moments,
        Histogram.fromBytes(histogram));
  }

  private static double real(JsonNode json, String field) {
    return Double.parseDouble(json.required(field).textValue());
  }

  private static BigInteger units(JsonNode json, String field) {
    return new BigInteger(json.required(field).textValue(), Character.MAX_RADIX);
  }

  private static CategoryProfile categories(String name, JsonNode json) {
    Map<String, Long> counts = new LinkedHashMap<>();
    json.required("categories")
        .properties()
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue().longValue()));
    return CategoryProfile.of(
        name, counts, json.required("missing").longValue(), json.required("hashed").booleanValue());
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
