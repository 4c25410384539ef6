package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mlops.data.Digest;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a run was when it ended: a digest of all of it, and some bytes of each part, by which one
 * can say which part has changed.
 *
 * <p>The digest is the SHA-256 of the text {@code mlops run seal 1} and, for each part in order, of
 * its kind, its name and its value, each in UTF-8 behind its length as a varint. The order is that
 * of the kinds below, then of the names by code points. Of each part four bytes of the digest of
 * its name and four of that of its value are kept, behind the kind: enough to name what has
 * changed, while whether something has is for the digest of all to say.
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
    MessageDigest all = sha256();
    all.update(FORM.getBytes(UTF_8));
    ByteBuffer kept = ByteBuffer.allocate(1 + parts.size() * BYTES_A_PART).put(VERSION);
    for (Part part : parts) {
      add(all, part.kind().name());
      add(all, part.name());
      add(all, part.value());
      kept.put(part.kind().code).putInt(brief(part.name())).putInt(brief(part.value()));
    }
    return new RunSeal(new Digest(HexFormat.of().formatHex(all.digest())), kept.array());
  }

  private static void add(MessageDigest digest, String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    ByteBuffer length = ByteBuffer.allocate(Varints.WIDEST);
    Varints.put(length, utf8.length);
    digest.update(length.flip());
    digest.update(utf8);
  }

  private static int brief(String text) {
    return ByteBuffer.wrap(sha256().digest(text.getBytes(UTF_8))).getInt();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each Java has SHA-256", e);
    }
  }

  /** What the seal has kept of a part. */
  private record Kept(Kind kind, int name, int value) {}

  /**
   * Says what has changed.
   *
   * @param now the parts as they are, in their order
   * @return each change in words, empty if there is none
   */
  List<String> changes(List<Part> now) {
    List<Kept> before = kept();
    List<String> changes = new ArrayList<>();
    for (Part part : now) {
      int name = brief(part.name());
      List<Kept> named =
          before.stream().filter(kept -> kept.kind == part.kind() && kept.name == name).toList();
      if (named.isEmpty()) {
        changes.add(part.words() + " was added");
      } else if (named.stream().noneMatch(kept -> kept.value == brief(part.value()))) {
        changes.add(part.words() + " is another than it was");
      }
    }
    for (Kept kept : before) {
      if (now.stream()
          .noneMatch(part -> part.kind() == kept.kind && brief(part.name()) == kept.name)) {
        changes.add((kept.kind.word.startsWith("the") ? "" : "one ") + kept.kind.word + " is gone");
      }
    }
    if (changes.isEmpty() && !of(now).digest.equals(digest)) {
      changes.add("the seal is not that of the run");
    }
    return List.copyOf(changes);
  }

  private List<Kept> kept() {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(parts);
      NewerFormException.requireKnown(
          "the seal of a run", Byte.toUnsignedInt(bytes.get()), VERSION);
      List<Kept> kept = new ArrayList<>();
      while (bytes.hasRemaining()) {
        kept.add(new Kept(Kind.of(bytes.get()), bytes.getInt(), bytes.getInt()));
      }
      return kept;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new StorageException(
          "the stored seal of a run is damaged; put back a copy of the database", e);
    }
  }
}
