package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mlops.data.Digest;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.StorageException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a run was when it ended: a digest of all of it, and some bytes of each part, by which one
 * can say which part has changed.
 *
 * <p>The digest is the SHA-256 of the text {@code mlops run seal 1} and, for each part in order, of
 * its kind, its name and its value, each in UTF-8 behind its length as a varint. The order is that
 * of the kinds below, then of the names as {@link String#compareTo} has it. Of each part four bytes
 * of the digest of its name and four of that of its value are kept, behind the kind: enough to name
 * what has changed, while whether something has is for the digest of all to say.
 */
final class RunSeal {

  private static final String FORM = "mlops run seal 1";
  private static final byte VERSION = 1;
  private static final int BYTES_A_PART = 1 + 2 * Integer.BYTES;

  private final Digest digest;
  private final byte[] parts;

  RunSeal(Digest digest, byte[] parts) {
    this.digest = digest;
    this.parts = parts;
  }

  /** The digest of all. */
  Digest digest() {
    return digest;
  }

  /** The bytes of each part, as they are stored. */
  byte[] parts() {
    return parts;
  }

  /** What a run consists of; the order is that of the seal, and the number is stored. */
  enum Kind {
    OUTCOME(1, "the outcome"),
    ENVIRONMENT(2, "the environment"),
    INPUT(3, "input"),
    PARAM(4, "param"),
    METRIC(5, "metric"),
    ARTIFACT(6, "artifact");

    private final byte code;
    final String word;

    Kind(int code, String word) {
      this.code = (byte) code;
      this.word = word;
    }

    private static Kind of(byte code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no kind of part: " + code);
    }
  }

  /**
   * A part of a run.
   *
   * @param value all that it is, as a text
   */
  record Part(Kind kind, String name, String value) {

    /** Names it for who reads what has changed. */
    String words() {
      return name.isEmpty() ? kind.word : kind.word + " " + name;
    }
  }

  /** Seals parts, which come in their order. */
  static RunSeal of(List<Part> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(FORM.getBytes(UTF_8));
    ByteBuffer kept = ByteBuffer.allocate(1 + parts.size() * BYTES_A_PART).put(VERSION);
    for (Part part : parts) {
      add(all, part.kind().name());
      add(all, part.name());
      add(all, part.value());
      kept.put(part.kind().code).putInt(brief(part.name())).putInt(brief(part.value()));
    }
    return new RunSeal(Digest.of(all.toByteArray()), kept.array());
  }

  private static void add(ByteArrayOutputStream all, String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    ByteBuffer length = ByteBuffer.allocate(Varints.WIDEST);
    Varints.put(length, utf8.length);
    all.write(length.array(), 0, length.position());
    all.writeBytes(utf8);
  }

  private static int brief(String text) {
    return Integer.parseUnsignedInt(
        Digest.of(text.getBytes(UTF_8)).hex().substring(0, 2 * Integer.BYTES), 16);
  }

  /** A part by the bytes of its name; two that look alike are one place with two values. */
  private record Place(Kind kind, int name) {}

  /**
   * Says what has changed.
   *
   * @param now the parts as they are, in their order
   * @return each change in words, empty if there is none
   */
  List<String> changes(List<Part> now) {
    Map<Place, Set<Integer>> kept = kept();
    Set<Place> gone = new LinkedHashSet<>(kept.keySet());
    List<String> changes = new ArrayList<>();
    for (Part part : now) {
      Place place = new Place(part.kind(), brief(part.name()));
      Set<Integer> values = kept.get(place);
      gone.remove(place);
      if (values == null) {
        changes.add(part.words() + " was added");
      } else if (!values.contains(brief(part.value()))) {
        changes.add(part.words() + " is another than it was");
      }
    }
    for (Place place : gone) {
      String word = place.kind.word;
      changes.add((word.startsWith("the") ? "" : "one ") + word + " is gone");
    }
    if (changes.isEmpty() && !of(now).digest.equals(digest)) {
      changes.add("the seal is not that of the run");
    }
    return List.copyOf(changes);
  }

  private Map<Place, Set<Integer>> kept() {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(parts);
      NewerFormException.requireKnown(
          "the seal of a run", Byte.toUnsignedInt(bytes.get()), VERSION);
      Map<Place, Set<Integer>> kept = new LinkedHashMap<>();
      while (bytes.hasRemaining()) {
        Place place = new Place(Kind.of(bytes.get()), bytes.getInt());
        kept.computeIfAbsent(place, first -> new HashSet<>()).add(bytes.getInt());
      }
      return kept;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new StorageException(
          "the stored seal of a run is damaged; put back a copy of the database", e);
    }
  }
}
