package dev.mlops.quality;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** A report as JSON; what is not a finite number is null. */
final class QualityJson {
  private static final int VERSION = 1;
  private static final int LONGEST_TEXT = 1000;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private QualityJson() {}

  static String write(QualityReport report) {
    ObjectNode json = NODES.objectNode();
    json.put("quality_report", VERSION);
    json.put("suite", report.suite());
    json.put("as_of", report.asOf().toString());
    json.put("rows", report.rowCount());
    json.put("set_aside", report.setAside());
    json.put("verdict", report.verdict().name());
    json.put("sentence", report.sentence());
    ObjectNode dimensions = json.putObject("dimensions");
    for (Dimension dimension : Dimension.values()) {
      put(dimensions, dimension.name().toLowerCase(Locale.ROOT), report.score(dimension));
    }
    ArrayNode results = json.putArray("results");
    report.results().forEach(result -> results.add(result(result)));
    return json.toString();
  }

  private static ObjectNode result(ExpectationResult result) {
    Expectation expectation = result.expectation();
    ObjectNode json = NODES.objectNode();
    json.put("expectation", expectation.name());
    expectation.columns().forEach(json.putArray("columns")::add);
    json.put("expected", expectation.toString());
    json.put("dimension", expectation.dimension().name());
    json.put("severity", expectation.severity().name());
    json.put("mostly", expectation.mostly());
    json.put("outcome", result.outcome().name());
    json.put("observed", result.observed());
    json.set("number", value(result.number().orElse(null)));
    json.put("considered", result.considered());
    json.put("failing", result.failing());
    put(json, "score", result.score());
    ArrayNode sample = json.putArray("sample");
    result.sample().forEach(row -> sample.add(failing(row)));
    return json;
  }

  private static ObjectNode failing(FailingRow row) {
    ObjectNode json = NODES.objectNode().put("row", row.row());
    json.set("value", value(row.value()));
    return json.put("reason", row.reason());
  }

  private static JsonNode value(@Nullable Object value) {
    if (value instanceof BigDecimal number) {
      return NODES.numberNode(number);
    }
    if (value instanceof Long number) {
      return NODES.numberNode(number);
    }
    if (value instanceof Number number) {
      double real = number.doubleValue();
      return Double.isFinite(real) ? NODES.numberNode(real) : NODES.nullNode();
    }
    if (value instanceof Boolean flag) {
      return NODES.booleanNode(flag);
    }
    if (value instanceof List<?> values) {
      ArrayNode all = NODES.arrayNode();
      values.forEach(part -> all.add(value(part)));
      return all;
    }
    if (value instanceof float[] vector) {
      ArrayNode all = NODES.arrayNode();
      for (float number : vector) {
        all.add(value(number));
      }
      return all;
    }
    return value == null ? NODES.nullNode() : NODES.textNode(cut(value.toString()));
  }

  /** A text of a page at most; the reason says how long it is. */
  private static String cut(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
  }

  private static void put(ObjectNode json, String name, OptionalDouble score) {
    score.ifPresentOrElse(value -> json.put(name, value), () -> json.putNull(name));
  }
}
