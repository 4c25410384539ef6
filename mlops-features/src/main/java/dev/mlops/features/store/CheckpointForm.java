package dev.mlops.features.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlops.data.Batches;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Micros;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.JsonFailure;
import dev.mlops.error.NewerFormException;
import dev.mlops.features.timeline.Dropped;
import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.timeline.TimelineLayout;
import dev.mlops.features.timeline.Versions;
import dev.mlops.features.view.View;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How the live timelines of a view are written: a line for each row that is kept, the rows of an
 * entity one after the other in their order, and one for each entity of which rows were dropped.
 * Versions of events whose rows lack a key follow, without a key.
 */
final class CheckpointForm {

  /** The form that is written, and the only one so far. */
  static final int FORM = 1;

  static final String KEPT = "kept";
  static final String EVENT = "event";
  static final String KNOWN = "known";
  static final String UNTIL = "until";
  static final String TEXT_ID = "text_id";
  static final String NUMBER_ID = "number_id";

  private static final int BATCH = 1 << 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** An entity and what readers see of it. */
  record Entry(Object key, EntityTimeline line) {}

  /**
   * What a view knows besides its rows.
   *
   * @param lateness for how long earlier reads are answered, in microseconds
   * @param latestEvent the latest event that has happened
   * @param latestArrival the latest arrival of a segment
   * @param forgotten what the versions of events have forgotten
   * @param hoursAhead the hours of events that lie ahead of their arrival
   */
  record State(
      long lateness,
      long latestEvent,
      long latestArrival,
      long forgotten,
      TreeSet<Long> hoursAhead) {}

  private final View view;
  private final TimelineLayout layout;
  private final int keys;
  private final int inputs;
  private final Schema schema;

  CheckpointForm(View view) {
    this.view = view;
    this.layout = view.layout();
    this.keys = layout.keys().size();
    this.inputs = layout.inputs().size();
    List<Field> fields = new ArrayList<>();
    for (int key = 0; key < keys; key++) {
      fields.add(Field.of("key" + key, view.entity().keys().get(key).dataType()).orNull());
    }
    fields.add(Field.of(KEPT, DataType.BOOLEAN));
    fields.add(Field.of(EVENT, DataType.INSTANT));
    fields.add(Field.of(KNOWN, DataType.INSTANT));
    fields.add(Field.of(UNTIL, DataType.INT64));
    fields.add(Field.of(TEXT_ID, DataType.STRING).orNull());
    fields.add(Field.of(NUMBER_ID, DataType.INT64).orNull());
    for (int input = 0; input < inputs; input++) {
      fields.add(Field.of("input" + input, type(input)).orNull());
    }
    this.schema = Schema.of(fields);
  }

  private DataType type(int input) {
    if (layout.numeric()) {
      return layout.integers().get(input) ? DataType.INT64 : DataType.FLOAT64;
    }
    return view.features().get(input).dataType();
  }

  /** The layout with which the lines of a batch are read, which has one kind of event ids. */
  TimelineLayout written(Dataset batch) {
    String id = batch.column(TEXT_ID).nullCount() < batch.rowCount() ? TEXT_ID : NUMBER_ID;
    return new TimelineLayout(
        EVENT,
        KNOWN,
        null,
        layout.eventId() == null ? null : id,
        names("key", keys),
        names("input", inputs),
        layout.numeric(),
        layout.integers(),
        layout.reach());
  }

  private static List<String> names(String name, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(name + i);
    }
    return names;
  }

  /** The lines, made as they are asked for; the timelines do not change meanwhile. */
  Batches lines(List<Entry> entries, List<Versions.WithoutKey> withoutKey) {
    return Batches.of(schema, () -> new Lines(entries.iterator(), withoutKey.iterator()));
  }

  /** What the lines of a checkpoint must have. */
  Batches checked(Batches lines) {
    if (!lines.schema().equals(schema)) {
      throw new InvalidInputException(
          "the checkpoint of view '%s' has the columns %s, not %s"
              .formatted(view.name(), lines.schema().fields(), schema.fields()));
    }
    return lines;
  }

  private final class Lines implements Iterator<Dataset> {
    private final Iterator<Entry> entries;
    private final Iterator<Versions.WithoutKey> withoutKey;
    private @Nullable Entry entry;
    private int row;

    Lines(Iterator<Entry> entries, Iterator<Versions.WithoutKey> withoutKey) {
      this.entries = entries;
      this.withoutKey = withoutKey;
    }

    @Override
    public boolean hasNext() {
      return entry != null || entries.hasNext() || withoutKey.hasNext();
    }

    @Override
    public Dataset next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no more lines");
      }
      Dataset.Builder batch = Dataset.builder(schema);
      for (int count = 0; count < BATCH && hasNext(); ) {
        Entry current = entry;
        if (current == null && !entries.hasNext()) {
          batch.row(line(withoutKey.next()));
          count++;
        } else if (current == null) {
          current = entries.next();
          entry = current;
          row = current.line.first();
          if (current.line.dropped().any()) {
            batch.row(dropped(current.key, current.line.dropped()));
            count++;
          }
        } else if (row < current.line.end()) {
          batch.row(line(current, row++));
          count++;
        } else {
          entry = null;
        }
      }
      return batch.build();
    }

    private @Nullable Object[] line(
        @Nullable Object key, boolean kept, long event, long known, long until) {
      @Nullable Object[] line = new @Nullable Object[schema.fields().size()];
      for (int i = 0; i < keys; i++) {
        line[i] = keys == 1 || key == null ? key : ((List<?>) key).get(i);
      }
      line[keys] = kept;
      line[keys + 1] = Micros.instant(event);
      line[keys + 2] = Micros.instant(known);
      line[keys + 3] = until;
      return line;
    }

    private @Nullable Object[] dropped(Object key, Dropped dropped) {
      return line(key, false, dropped.through(), dropped.known(), 0);
    }

    private @Nullable Object[] line(Entry entry, int row) {
      EntityTimeline from = entry.line;
      @Nullable Object[] line =
          line(entry.key, true, from.event(row), from.known(row), from.until(row));
      identify(line, from.eventId(row));
      for (int input = 0; input < inputs; input++) {
        line[keys + 6 + input] = value(from, row, input);
      }
      return line;
    }

    private @Nullable Object[] line(Versions.WithoutKey of) {
      @Nullable Object[] line = line(null, true, of.event(), of.known(), of.until());
      identify(line, of.id());
      return line;
    }

    private void identify(@Nullable Object[] line, @Nullable Object id) {
      line[keys + 4] = id instanceof String ? id : null;
      line[keys + 5] = id instanceof Long ? id : null;
    }

    private @Nullable Object value(EntityTimeline from, int row, int input) {
      if (!layout.numeric()) {
        return from.value(row, input);
      }
      if (!from.series(input).present(row)) {
        return null;
      }
      return layout.integers().get(input)
          ? (Object) from.series(input).integer(row)
          : (Object) from.series(input).get(row);
    }
  }

  String write(State state) {
    ObjectNode node = JSON.createObjectNode().put("form", FORM).put("view", view.digest().hex());
    node.put("lateness", state.lateness).put("latestEvent", state.latestEvent);
    node.put("latestArrival", state.latestArrival).put("forgotten", state.forgotten);
    state.hoursAhead.forEach(node.putArray("hoursAhead")::add);
    return node.toString();
  }

  /** Reads a state; one of another definition of the view is none. */
  State read(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      NewerFormException.requireKnown(
          "the checkpoint of view '" + view.name() + "'", node.path("form"), FORM);
      if (!node.path("view").asText().equals(view.digest().hex())) {
        throw new InvalidInputException(
            "the checkpoint is not that of view '%s' as it is defined now".formatted(view.name()));
      }
      TreeSet<Long> ahead = new TreeSet<>();
      node.path("hoursAhead").forEach(hour -> ahead.add(hour.longValue()));
      return new State(
          number(node, "lateness"),
          number(node, "latestEvent"),
          number(node, "latestArrival"),
          number(node, "forgotten"),
          ahead);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "the checkpoint of view '" + view.name() + "' is no JSON: " + JsonFailure.reason(e), e);
    }
  }

  private long number(JsonNode node, String name) {
    if (!node.path(name).isIntegralNumber()) {
      throw new InvalidInputException(
          "the checkpoint of view '%s' has no number '%s': %s"
              .formatted(view.name(), name, node.path(name)));
    }
    return node.path(name).longValue();
  }
}
