package dev.mlops.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.Digest;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChainTest {
  private static final Digest ZERO = Head.EMPTY.hash();

  private static Event event(
      Map<String, String> details, @Nullable String role, @Nullable Long cause) {
    return new Event(
        1,
        Instant.parse("2001-03-04T05:06:07.000008Z"),
        "flights",
        "model.registered",
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
  // +
  // t('model.registered')
  //     + m({'model': 'sha256:' + sha256(b'\\x01').hexdigest()}) + t('HUMAN') + t('ada') +
  // t('engineer') + t('7')
  //     + t('ok') + m({'name': 'é'}) + t('0' * 64)).hexdigest()
  @Test
  void has_the_hash_of_the_documented_bytes() {
    assertThat(Chain.hash(event(Map.of("name", "é"), "engineer", 7L)).hex())
        .isEqualTo("6a6aa95fc5e80f76176e6a2a5b8b354109d5e48c17aedb9dfba60a98fd2d3e18");
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
