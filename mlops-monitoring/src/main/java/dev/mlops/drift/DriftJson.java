package dev.mlops.drift;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A drift report as JSON. */
final class DriftJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private DriftJson() {}

  static String write(DriftReport report) {
    ObjectNode json = NODES.objectNode();
    json.put("drifted", report.drifted());
    json.put("sentence", report.sentence());
    json.put("drifted_share", report.driftedShare());
    ArrayNode columns = json.putArray("columns");
    report.columns().forEach(column -> columns.add(column(column)));
    report.skipped().forEach(json.putArray("skipped")::add);
    return json.toString();
  }

  private static ObjectNode column(ColumnDrift column) {
    ObjectNode json = NODES.objectNode().put("column", column.column());
    if (column instanceof ColumnDrift.Drifted drifted) {
      json.put("outcome", "DRIFTED").put("severity", drifted.severity().name());
      evidence(json, drifted.evidence());
    } else if (column instanceof ColumnDrift.Stable stable) {
      json.put("outcome", "STABLE");
      evidence(json, stable.evidence());
    } else {
      json.put("outcome", "TOO_FEW_SAMPLES");
    }
    return json.put("sentence", column.sentence());
  }

  private static void evidence(ObjectNode json, ColumnDrift.Evidence evidence) {
    json.put("method", evidence.method());
    json.put("statistic", evidence.statistic());
    json.put("p", evidence.p());
    json.put("adjusted_p", evidence.adjustedP());
    json.put("effect_name", evidence.effectName());
    json.put("effect", evidence.effect());
    json.put("least_effect", evidence.leastEffect());
    json.put("reference_rows", evidence.reference());
    json.put("current_rows", evidence.current());
    ArrayNode parts = json.putArray("parts");
    for (ColumnDrift.Part part : evidence.parts()) {
      ObjectNode node = parts.addObject().put("values", part.values());
      node.put("before", part.before()).put("now", part.now());
    }
  }
}
