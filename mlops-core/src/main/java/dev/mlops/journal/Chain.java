package dev.mlops.journal;

import dev.mlops.data.Digest;
import dev.mlops.error.NewerFormException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The hash that binds an event to all before it.
 *
 * <p>It is SHA-256 over every field in the order of {@link Event}, first the name of the format,
 * which ends with the event's version. The id is 8 bytes, the time is its ISO text; each text is
 * preceded by its length, null is the length -1, each map is preceded by its size; the object is
 * its kind and its name, or twice null. So no two different events have the same bytes.
 */
final class Chain {
  /** The version of the events that are written now. */
  static final int VERSION = 1;

  private static final String FORMAT = "mlops-journal-";

  private Chain() {}

  static Event seal(Event unsealed) {
    return unsealed.withHash(hash(unsealed));
  }

  /**
   * Computes the hash of an event.
   *
   * @throws NewerFormException if the event is of a version that this release cannot hash
   */
  static Digest hash(Event event) {
    NewerFormException.requireKnown("event " + event.id(), event.version(), VERSION);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(out, event);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Digest.of(bytes.toByteArray());
  }

  private static void write(DataOutputStream out, Event event) throws IOException {
    ObjectKey about = event.about();
    text(out, FORMAT + event.version());
    out.writeLong(event.id());
    text(out, event.time().toString());
    text(out, event.project());
    text(out, event.kind());
    text(out, about == null ? null : about.kind());
    text(out, about == null ? null : about.name());
    map(out, event.subjects());
    text(out, event.actor().kind().name());
    text(out, event.actor().id());
    text(out, event.actor().role());
    text(out, event.cause() == null ? null : event.cause().toString());
    text(out, event.outcome());
    map(out, event.details());
    text(out, event.previous().hex());
  }

  private static void map(DataOutputStream out, Map<String, ?> map) throws IOException {
    out.writeInt(map.size());
    for (Map.Entry<String, ?> entry : map.entrySet()) {
      text(out, entry.getKey());
      text(out, entry.getValue().toString());
    }
  }

  private static void text(DataOutputStream out, @Nullable String text) throws IOException {
    if (text == null) {
      out.writeInt(-1);
      return;
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }
}
