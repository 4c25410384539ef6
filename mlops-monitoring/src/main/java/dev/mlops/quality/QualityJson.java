package dev.mlops.quality;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.OptionalDouble;

/** A report as JSON. */
final class QualityJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private QualityJson() {}

  static String write(QualityReport report) {
    ObjectNode json = NODES.objectNode();
    json.put("suite", report.suite());
    json.put("as_of", report.asOf().toString());
    json.put("rows", report.rowCount());
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
    json.put("met", result.met());
    json.put("observed", result.observed());
    json.put("considered", result.considered());
    json.put("failing", result.failing());
    put(json, "score", result.score());
    ArrayNode sample = json.putArray("sample");
    result
        .sample()
        .forEach(row -> sample.addObject().put("row", row.row()).put("reason", row.reason()));
    return json;
  }

  private static void put(ObjectNode json, String name, OptionalDouble score) {
    score.ifPresentOrElse(value -> json.put(name, value), () -> json.putNull(name));
  }
}
