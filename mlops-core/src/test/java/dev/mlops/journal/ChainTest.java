package dev.mlops.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.Digest;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChainTest {
  private static final Digest ZERO = Head.NONE;

  private static Event event(
      Map<String, String> details, @Nullable String role, @Nullable Long cause) {
    return new Event(
        1,
        1,
        Instant.parse("2001-03-04T05:06:07.000008Z"),
        "flights",
        "model.registered",
        ObjectKey.of("model", "delay"),
        Map.of("model", Digest.of(new byte[] {1})),
        new Actor(Actor.Kind.HUMAN, "ada", role),
        cause,
        "ok",
        details,
        ZERO,
        ZERO);
  }

  // By Python's hashlib and struct, from the documented format:
  //   t = lambda s: pack('>i', -1) if s is None else pack('>i', len(s.encode())) + s.encode()
  //   m = lambda d: pack('>i', len(d)) + b''.join(t(k) + t(v) for k, v in sorted(d.items()))
  //   sha256(t('mlops-journal-1') + pack('>q', 1) + t('2001-03-04T05:06:07.000008Z') + t('flights')
  //     + t('model.registered') + t('model') + t('delay')
  //     + m({'model': 'sha256:' + sha256(b'\\x01').hexdigest()}) + t('HUMAN') + t('ada') +
  // t('engineer') + t('7')
  //     + t('ok') + m({'name': 'é'}) + t('0' * 64)).hexdigest()
  @Test
  void has_the_hash_of_the_documented_bytes() {
    assertThat(Chain.hash(event(Map.of("name", "é"), "engineer", 7L)).hex())
        .isEqualTo("97e96d39ad60d55c08a58a2122bea1011c6f9826dc1a0f6bdf4fcf85de7fa20b");
  }

  @Test
  void tells_what_is_absent_from_what_is_there() {
    assertThat(Chain.hash(event(Map.of(), null, null)))
        .isNotEqualTo(Chain.hash(event(Map.of(), "0", null)));
    assertThat(Chain.hash(event(Map.of(), null, null)))
        .isNotEqualTo(Chain.hash(event(Map.of(), null, 0L)));
  }

  @Test
  void tells_where_one_text_ends_and_the_next_begins() {
    assertThat(Chain.hash(event(Map.of("ab", "c"), null, null)))
        .isNotEqualTo(Chain.hash(event(Map.of("a", "bc"), null, null)));
    assertThat(Chain.hash(event(Map.of("a", "b", "c", "d"), null, null)))
        .isNotEqualTo(Chain.hash(event(Map.of("a", "bcd"), null, null)));
  }
}
