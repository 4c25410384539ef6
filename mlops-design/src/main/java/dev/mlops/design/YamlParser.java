package dev.mlops.design;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.InvalidInputException;
import dev.mlops.storage.Names;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads the part of YAML that a design needs: keys, lists and texts, each with its place.
 *
 * <p>Anchors, aliases and tags are refused, so that a small text cannot become a large one and no
 * text can ask for a class; so are keys said twice, keys that are no text, a second document,
 * nesting beyond 12 levels and more than 1 MiB. The events of the library are taken one by one:
 * what it would build of them is never built.
 */
final class YamlParser {
  /** The most characters, and of a file bytes. */
  static final int LONGEST = 1_048_576;

  private static final int DEEPEST = 12;

  private final String source;
  private final Iterator<Event> events;

  private YamlParser(String text, String source) {
    this.source = source;
    LoadSettings settings =
        LoadSettings.builder().setLabel(source).setCodePointLimit(LONGEST).build();
    this.events = new ParserImpl(settings, new StreamReader(settings, text));
  }

  static InvalidInputException tooLong(String source) {
    return new InvalidInputException(
        source + " is longer than a design may be: 1,048,576 characters");
  }

  static YamlNode.Mapping parse(String text, String source) {
    if (text.length() > LONGEST) {
      throw tooLong(source);
    }
    Optional<String> flaw = Names.flaw(text, LONGEST);
    if (flaw.isPresent()) {
      throw new InvalidInputException(source + " " + flaw.get());
    }
    try {
      return new YamlParser(text, source).document();
    } catch (MarkedYamlEngineException e) {
      String place = e.getProblemMark().map(mark -> " " + place(Optional.of(mark))).orElse("");
      throw new InvalidInputException(source + place + ": no YAML: " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new InvalidInputException(source + ": no YAML: " + firstLine(e), e);
    }
  }

  private static String firstLine(YamlEngineException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private YamlNode.Mapping document() {
    Event event = next();
    while (event.getEventId() == Event.ID.StreamStart
        || event.getEventId() == Event.ID.DocumentStart) {
      event = next();
    }
    if (event.getEventId() == Event.ID.StreamEnd) {
      throw new InvalidInputException(
          source + " is empty; a design begins with 'design: " + DesignYaml.VERSION + "'");
    }
    YamlNode node = node(event, 1);
    next();
    Event end = next();
    if (end.getEventId() != Event.ID.StreamEnd) {
      throw refused(place(end.getStartMark()), "a second document; a file holds one design");
    }
    if (!(node instanceof YamlNode.Mapping mapping)) {
      throw refused(node.place(), "a design is made of keys with values, not of " + node.kind());
    }
    return mapping;
  }

  @CanIgnoreReturnValue
  private Event next() {
    return events.next();
  }

  private YamlNode node(Event event, int depth) {
    YamlNode.Place place = place(event.getStartMark());
    if (event instanceof AliasEvent) {
      throw refused(place, "an alias (*) is not allowed in a design; write the value again");
    }
    if (depth > DEEPEST) {
      throw refused(place, "nested deeper than " + DEEPEST + " levels");
    }
    if (event instanceof NodeEvent anchored && anchored.getAnchor().isPresent()) {
      throw refused(place, "an anchor (&) is not allowed in a design; write the value twice");
    }
    Optional<String> tag =
        event instanceof ScalarEvent scalar
            ? scalar.getTag()
            : event instanceof CollectionStartEvent start ? start.getTag() : Optional.empty();
    if (tag.isPresent()) {
      throw refused(place, "a tag (!) is not allowed in a design: " + Words.shown(tag.get()));
    }
    if (event instanceof ScalarEvent scalar) {
      return new YamlNode.Scalar(scalar.getValue(), scalar.isPlain(), place);
    }
    if (event instanceof SequenceStartEvent) {
      return sequence(place, depth);
    }
    if (event instanceof MappingStartEvent) {
      return mapping(place, depth);
    }
    throw refused(place, "not expected here: " + event.getEventId());
  }

  private YamlNode sequence(YamlNode.Place place, int depth) {
    List<YamlNode> items = new ArrayList<>();
    for (Event event = next(); event.getEventId() != Event.ID.SequenceEnd; event = next()) {
      items.add(node(event, depth + 1));
    }
    return new YamlNode.Sequence(List.copyOf(items), place);
  }

  private YamlNode mapping(YamlNode.Place place, int depth) {
    Map<YamlNode.Scalar, YamlNode> entries = new LinkedHashMap<>();
    Map<String, YamlNode.Place> seen = new LinkedHashMap<>();
    for (Event event = next(); event.getEventId() != Event.ID.MappingEnd; event = next()) {
      YamlNode key = node(event, depth + 1);
      if (!(key instanceof YamlNode.Scalar name)) {
        throw refused(key.place(), "a key must be a text, not " + key.kind());
      }
      YamlNode.Place before = seen.put(name.text(), name.place());
      if (before != null) {
        throw refused(
            name.place(), "the key " + name.kind() + " is said twice, before in " + before);
      }
      entries.put(name, node(next(), depth + 1));
    }
    return new YamlNode.Mapping(entries, place);
  }

  private InvalidInputException refused(YamlNode.Place place, String what) {
    return new InvalidInputException(source + " " + place + ": " + what);
  }

  private static YamlNode.Place place(Optional<Mark> mark) {
    return mark.map(at -> new YamlNode.Place(at.getLine() + 1, at.getColumn() + 1))
        .orElse(new YamlNode.Place(1, 1));
  }
}
