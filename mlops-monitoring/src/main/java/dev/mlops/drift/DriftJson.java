package dev.mlops.drift;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A drift report as JSON; what is not a finite number is null. */
final class DriftJson {
  private static final int VERSION = 1;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private DriftJson() {}

  static String write(DriftReport report) {
    ObjectNode json = NODES.objectNode();
    json.put("drift_report", VERSION);
    json.put("drifted", report.drifted());
    json.put("sentence", report.sentence());
    put(json, "drifted_share", report.driftedShare().orElse(Double.NaN));
    json.put("rows", report.rows());
    json.put("judged", report.judged().size());
    ArrayNode columns = json.putArray("columns");
    report.columns().forEach(column -> columns.add(column(column)));
    return json.toString();
  }

  private static ObjectNode column(ColumnDrift column) {
    ObjectNode json = NODES.objectNode().put("column", column.column());
    if (column instanceof ColumnDrift.Drifted drifted) {
      json.put("outcome", "DRIFTED").put("severity", drifted.severity().name());
      evidence(json, drifted.evidence());
    } else if (column instanceof ColumnDrift.Small small) {
      evidence(json.put("outcome", "SMALL"), small.evidence());
    } else if (column instanceof ColumnDrift.Unchanged unchanged) {
      evidence(json.put("outcome", "UNCHANGED"), unchanged.evidence());
    } else {
      unjudged(json, column);
    }
    return json.put("sentence", column.sentence());
  }

  private static void unjudged(ObjectNode json, ColumnDrift column) {
    if (column instanceof ColumnDrift.TooFewRows few) {
      json.put("outcome", "TOO_FEW_ROWS");
      json.put("reference_rows", few.reference()).put("current_rows", few.current());
      json.put("minimum_rows", few.minimum());
    } else if (column instanceof ColumnDrift.Missing missing) {
      json.put("outcome", "MISSING").put("expected", missing.expected());
      json.put("rows_without", missing.without()).put("current_rows", missing.current());
    } else if (column instanceof ColumnDrift.Retyped retyped) {
      json.put("outcome", "RETYPED").put("expected", retyped.expected());
      json.put("found", retyped.found());
    } else if (column instanceof ColumnDrift.New added) {
      json.put("outcome", "NEW").put("found", added.dataType());
    } else {
      json.put("outcome", "SKIPPED").put("reason", ((ColumnDrift.Skipped) column).reason());
    }
  }

  private static void evidence(ObjectNode json, ColumnDrift.Evidence evidence) {
    json.put("method", evidence.method());
    json.put("statistic", evidence.statistic());
    json.put("p", evidence.p());
    json.put("adjusted_p", evidence.adjustedP());
    json.set("effect", effect(evidence.effect()));
    json.put("reference_rows", evidence.reference());
    json.put("current_rows", evidence.current());
    ArrayNode parts = json.putArray("parts");
    for (ColumnDrift.Part part : evidence.parts()) {
      ObjectNode node = parts.addObject().put("values", part.values());
      node.put("before", part.before()).put("now", part.now());
    }
    ArrayNode unseen = json.putArray("unseen");
    evidence.unseen().forEach(found -> unseen.add(unseen(found)));
    put(json, "unseen_from", evidence.unseenFrom());
  }

  private static ObjectNode effect(ColumnDrift.Effect effect) {
    ObjectNode json = NODES.objectNode().put("name", effect.name());
    json.put("value", effect.value()).put("low", effect.low()).put("high", effect.high());
    json.put("limit", effect.limit());
    put(json, "detectable", effect.detectable());
    return json;
  }

  private static ObjectNode unseen(ColumnDrift.Unseen unseen) {
    ObjectNode json = NODES.objectNode().put("values", unseen.values());
    json.put("count", unseen.count()).put("share", unseen.share()).put("limit", unseen.limit());
    json.put("p", unseen.p()).put("adjusted_p", unseen.adjustedP());
    return json.put("shown", unseen.shown());
  }

  private static void put(ObjectNode json, String name, double value) {
    if (Double.isFinite(value)) {
      json.put(name, value);
    } else {
      json.putNull(name);
    }
  }
}
