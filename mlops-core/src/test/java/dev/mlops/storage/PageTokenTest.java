package dev.mlops.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.NewerFormException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PageTokenTest {

  private static final String DAMAGED =
      "the page token is damaged; pass next() of a page as it is, or ask for the first page without a token";

  @Property(tries = 200)
  void the_place_is_read_as_it_was_written(@ForAll String query, @ForAll List<String> place) {
    List<String> whole =
        place.stream()
            .map(text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
            .toList();
    String token = PageToken.of(query, whole);
    assertThat(token).matches("[-_A-Za-z0-9]+");
    assertThat(PageToken.place(query, token)).isEqualTo(whole);
  }

  @Test
  void a_token_of_another_query_is_refused() {
    String token = PageToken.of("runs by auc", List.of("0.8", "17"));
    assertThatThrownBy(() -> PageToken.place("runs by loss", token))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the page token is of another query; ask the same query for its next page, or ask for the first page without a token");
  }

  @Test
  void any_changed_bit_is_told() {
    byte[] token = Base64.getUrlDecoder().decode(PageToken.of("runs", List.of("0.8", "17")));
    for (int bit = 0; bit < 8 * token.length; bit++) {
      byte[] changed = token.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertDamaged(Base64.getUrlEncoder().withoutPadding().encodeToString(changed));
    }
  }

  @Test
  void what_is_no_token_is_told() {
    String token = PageToken.of("runs", List.of("0.8"));
    for (String other : List.of("", "17", "no token", "ä", token + token, token.substring(4))) {
      assertDamaged(other);
    }
  }

  @Test
  void a_token_of_a_newer_release_is_told_from_a_damaged_one() {
    ByteBuffer newer = ByteBuffer.allocate(1 + 8 + 4).put((byte) 2).position(9);
    CRC32C checksum = new CRC32C();
    checksum.update(newer.array(), 0, 9);
    newer.putInt((int) checksum.getValue());
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(newer.array());
    assertThatThrownBy(() -> PageToken.place("runs", token))
        .isInstanceOf(NewerFormException.class)
        .hasMessage(
            "cannot read a page token: form 2 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
  }

  private static void assertDamaged(String token) {
    assertThatThrownBy(() -> PageToken.place("runs", token))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(DAMAGED);
  }
}
