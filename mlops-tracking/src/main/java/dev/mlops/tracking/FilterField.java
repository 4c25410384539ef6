package dev.mlops.tracking;

import dev.mlops.error.Exactly;
import dev.mlops.tracking.Condition.Attribute;
import dev.mlops.tracking.Condition.InputPart;
import dev.mlops.tracking.Condition.Moment;
import dev.mlops.tracking.Condition.Sign;
import dev.mlops.tracking.Condition.TextTest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * What stands on the left of a comparison in the text of a filter, and which comparisons it takes.
 * What it does not take is refused by name; where, the parser says.
 */
abstract class FilterField {

  private static final Map<String, Attribute> TEXTS =
      Map.of("run_id", Attribute.ID, "run_name", Attribute.NAME, "status", Attribute.STATUS);

  private static final Map<String, Moment> TIMES =
      Map.of(
          "start_time", Moment.START,
          "created", Moment.START,
          "end_time", Moment.END);

  private static final Map<String, InputPart> INPUTS =
      Map.of(
          "name", InputPart.NAME,
          "digest", InputPart.DIGEST,
          "context", InputPart.ROLE);

  private final String words;

  private FilterField(String words) {
    this.words = words;
  }

  /** Which comparisons it takes, for who used another. */
  abstract String operators();

  /** What it is compared with, for who used something else. */
  abstract String wants();

  RunFilter compareText(Sign sign, String value) {
    throw new IllegalArgumentException(wants() + ", found '" + value + "'");
  }

  RunFilter compareNumber(Sign sign, double value) {
    throw new IllegalArgumentException(wants() + ", found a number without them");
  }

  RunFilter in(List<String> values, boolean turned) {
    throw refused(turned ? "NOT IN" : "IN");
  }

  RunFilter like(String pattern, boolean anyCase, boolean turned) {
    throw refused(anyCase ? "ILIKE" : "LIKE");
  }

  RunFilter isNull(boolean missing) {
    throw refused("IS NULL");
  }

  private IllegalArgumentException refused(String operator) {
    return new IllegalArgumentException(this + " takes " + operators() + " and not " + operator);
  }

  /** Returns a field that has an entity before its dot. */
  static FilterField of(String entity, String name) {
    return switch (entity.toLowerCase(Locale.ROOT)) {
      case "metric", "metrics" -> new OfMetric(RunQuery.metric(name));
      case "param", "params", "parameter", "parameters" -> new OfText(RunQuery.param(name));
      case "tag", "tags" -> new OfText(RunQuery.tag(name));
      case "attribute", "attributes", "attr", "run" -> attribute(name);
      case "dataset", "datasets" -> input(name);
      default ->
          throw new IllegalArgumentException(
              "'"
                  + entity
                  + "' is nothing that a run has; there are metrics, params, tags, attributes and datasets");
    };
  }

  /** Returns a part of the run itself. */
  static FilterField attribute(String name) {
    String known = name.toLowerCase(Locale.ROOT).replace(' ', '_');
    Attribute text = TEXTS.get(known);
    if (text != null) {
      return new Plain(known, test -> new Condition.OnRun(text, test));
    }
    Moment time = TIMES.get(known);
    if (time != null) {
      return new OfTime(known, time);
    }
    throw new IllegalArgumentException(
        "a run has no attribute '"
            + name
            + "'; it has end_time, run_id, run_name, start_time and status. A metric, param or tag is named with its"
            + " kind: metrics."
            + (name.isBlank() ? "auc" : name));
  }

  private static FilterField input(String name) {
    InputPart part = INPUTS.get(name.toLowerCase(Locale.ROOT));
    if (part == null) {
      throw new IllegalArgumentException(
          "a dataset has no '" + name + "'; it has context, digest and name");
    }
    return new Plain("datasets." + name, test -> new Condition.OnInput(part, test));
  }

  @Override
  public String toString() {
    return words;
  }

  /** A metric's latest value. */
  private static final class OfMetric extends FilterField {

    private final MetricField metric;

    OfMetric(MetricField metric) {
      super(metric.toString());
      this.metric = metric;
    }

    @Override
    String operators() {
      return "=, !=, <, <=, >, >=, IS NULL";
    }

    @Override
    String wants() {
      return this + " is compared with a number, such as 0.8";
    }

    @Override
    RunFilter compareNumber(Sign sign, double value) {
      return metric.compared(sign, value);
    }

    @Override
    RunFilter isNull(boolean missing) {
      return missing ? metric.missing() : metric.exists();
    }
  }

  /** A text of the run or of its inputs. */
  private static class Plain extends FilterField {

    private final Function<TextTest, Condition> condition;

    Plain(String words, Function<TextTest, Condition> condition) {
      super(words);
      this.condition = condition;
    }

    @Override
    String operators() {
      return "=, !=, LIKE, ILIKE, IN";
    }

    @Override
    String wants() {
      return this + " is compared with a text in quotes";
    }

    @Override
    RunFilter compareText(Sign sign, String value) {
      boolean equal = sign == Sign.EQUAL;
      if (!equal && sign != Sign.UNEQUAL) {
        throw new IllegalArgumentException(
            this + " takes " + operators() + " with a text and not " + sign.text);
      }
      List<String> values = List.of(value);
      return tested(
          equal ? new TextTest.Among(values, List.of()) : new TextTest.NoneOf(values),
          sign.text + " '" + value + "'");
    }

    @Override
    RunFilter in(List<String> values, boolean turned) {
      return tested(
          turned ? new TextTest.NoneOf(values) : new TextTest.Among(values, List.of()),
          (turned ? "not in " : "in ") + values);
    }

    @Override
    RunFilter like(String pattern, boolean anyCase, boolean turned) {
      LikePattern like = new LikePattern(pattern, anyCase);
      return tested(new TextTest.Like(like, !turned), (turned ? "not " : "") + like);
    }

    RunFilter tested(TextTest test, String tested) {
      return new RunFilter(condition.apply(test), this + " " + tested);
    }
  }

  /** A param or a tag, which may be a number, and may not be there. */
  private static final class OfText extends Plain {

    private final TextField text;

    OfText(TextField text) {
      super(text.toString(), text::condition);
      this.text = text;
    }

    @Override
    String operators() {
      return "=, !=, <, <=, >, >=, LIKE, ILIKE, IN, IS NULL";
    }

    @Override
    String wants() {
      return this + " is compared with a text in quotes or a number";
    }

    @Override
    RunFilter compareNumber(Sign sign, double value) {
      return text.compared(sign, value);
    }

    @Override
    RunFilter isNull(boolean missing) {
      return missing ? text.missing() : text.exists();
    }
  }

  /** When the run began or ended, in milliseconds. */
  private static final class OfTime extends FilterField {

    private final Moment moment;

    OfTime(String words, Moment moment) {
      super(words);
      this.moment = moment;
    }

    @Override
    String operators() {
      return "=, !=, <, <=, >, >=";
    }

    @Override
    String wants() {
      return this + " is compared with milliseconds since 1970";
    }

    @Override
    RunFilter compareNumber(Sign sign, double value) {
      return new RunFilter(
          new Condition.OnMillis(moment, sign, value),
          this + " " + sign.text + " " + Exactly.number(value));
    }
  }
}
