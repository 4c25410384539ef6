package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputTest {

  private static final Dataset ONE =
      Dataset.builder(Schema.of(Field.of("a", DataType.INT64))).row(1L).build();

  @TempDir Path directory;

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_stream_is_read_once_and_a_second_reading_says_so() {
    Csv.Reader csv = Csv.read(bytes("a\n1\n"));
    JsonLines.Reader json = JsonLines.read(bytes("{\"a\":1}\n"));
    for (Supplier<Imported> reading : List.<Supplier<Imported>>of(csv::load, json::load)) {
      assertThat(reading.get().dataset().rowCount()).isEqualTo(1);
      assertThatThrownBy(reading::get)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "this reader has read its stream already; keep what load() returned, or read a new"
                  + " stream");
    }
  }

  @Test
  void a_file_is_read_as_often_as_it_is_asked_for() throws IOException {
    Path file = Files.writeString(directory.resolve("a.csv"), "a\n1\n");
    Csv.Reader csv = Csv.read(file);
    assertThat(csv.load().dataset().digest()).isEqualTo(csv.load().dataset().digest());
  }

  @Test
  void a_failure_to_close_does_not_hide_the_failure_to_read() {
    InputStream stubborn =
        new InputStream() {
          @Override
          public int read() {
            return -1;
          }

          @Override
          public void close() throws IOException {
            throw new IOException("cannot close");
          }
        };
    assertThatThrownBy(
            () ->
                new Input("a file", () -> stubborn, true)
                    .read(
                        bytes -> {
                          throw new IOException("no space left");
                        }))
        .hasMessage("no space left")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("cannot close"));
  }

  @Test
  void a_link_stays_and_the_file_behind_it_is_replaced() throws IOException {
    Path real = Files.writeString(directory.resolve("real.csv"), "old");
    Path link = Files.createSymbolicLink(directory.resolve("link.csv"), real);
    Csv.write(ONE, link);
    assertThat(link).isSymbolicLink();
    assertThat(real).hasContent("a\n1\n");
    Files.delete(real);
    assertThatThrownBy(() -> Csv.write(ONE, link))
        .hasMessage("cannot write %s: it is a link to a file that is not there", link);
    assertThat(link).isSymbolicLink();
  }

  @Test
  void what_is_no_regular_file_is_never_replaced() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> Csv.write(ONE, pipe))
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "cannot write %s: it is no regular file, and a new one would take its place;"
                + " write to a stream",
            pipe);
    assertThat(Files.readAttributes(pipe, BasicFileAttributes.class).isOther()).isTrue();
    assertThatThrownBy(() -> JsonLines.write(ONE, directory))
        .hasMessage("cannot write %s: it is a directory; name a file in it", directory);
    assertThat(directory).isDirectoryContaining(pipe::equals);
  }

  @Test
  void a_failure_to_delete_does_not_hide_the_failure_to_write() {
    Path target = directory.resolve("a.csv");
    assertThatThrownBy(
            () ->
                NewFile.write(
                    target,
                    channel -> {
                      Path fresh = directory.resolve("a.csv.new0");
                      Files.delete(fresh);
                      Files.createDirectories(fresh.resolve("in the way"));
                      throw new IOException("no space left");
                    }))
        .isInstanceOf(StorageException.class)
        .hasMessage("cannot write " + target + ": no space left");
  }
}
