package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DigestTest {

  /** From {@code printf abc | sha256sum}; also FIPS 180-2, appendix B.1. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void is_the_sha_256_of_bytes_and_streams() {
    byte[] bytes = "abc".getBytes(StandardCharsets.UTF_8);
    assertThat(Digest.of(bytes)).hasToString("sha256:" + ABC);
    assertThat(Digest.of(new ByteArrayInputStream(bytes))).isEqualTo(Digest.of(bytes));
    assertThat(Digest.of(bytes).brief()).isEqualTo("ba7816bf8f01");
  }

  @Test
  void is_read_with_and_without_its_prefix() {
    assertThat(Digest.parse("sha256:" + ABC))
        .isEqualTo(new Digest(ABC))
        .isEqualTo(Digest.parse(ABC));
  }

  @Test
  void refuses_what_is_no_digest() {
    assertThatThrownBy(() -> Digest.parse("sha256:BA78"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a SHA-256 digest has 64 hexadecimal digits in lower case: 'BA78'");
  }

  @Test
  void says_that_a_stream_cannot_be_read() throws IOException {
    InputStream broken = InputStream.nullInputStream();
    broken.close();
    assertThatThrownBy(() -> Digest.of(broken))
        .isInstanceOf(StorageException.class)
        .hasMessage("cannot read the bytes to digest: Stream closed");
  }

  /**
   * The bytes that DatasetDigest describes, packed by Python's struct and hashed by its hashlib:
   *
   * <pre>{@code
   * s = b"\1" + pack("<i", 1) + b"b" + b"\0" + b"\1" + pack("<i", 2) + "é".encode()
   * n = pack("<3q", 1, -2, 3)
   * x = pack("<dqd", 0.5, 0x7FF8000000000000, -0.0)
   * sha256(b"dev.mlops dataset 1\n" + pack("<i", len(schema)) + schema + pack("<q", 3)
   *     + b"".join(sha256(column).digest() for column in (s, n, x)))
   * }</pre>
   */
  @Test
  void of_a_dataset_never_changes() {
    Schema schema =
        Schema.of(
            Field.of("s", DataType.STRING).orNull(),
            Field.of("n", DataType.INT64),
            Field.of("x", DataType.FLOAT64));
    Dataset dataset =
        Dataset.builder(schema)
            .row("b", 1, 0.5)
            .row(null, -2, Double.NaN)
            .row("é", 3, -0.0)
            .build();
    assertThat(dataset.digest().hex())
        .isEqualTo("3391a8b932822eda3ef2c0375e59b2c7abaf299fa372867f42bb2a72f8dff3e7");
  }
}
