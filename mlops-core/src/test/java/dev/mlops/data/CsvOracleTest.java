package dev.mlops.data;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Holds what is read from CSV and written to it against an automaton of forty lines. */
class CsvOracleTest {

  private static final int GENERATED_FILES = 20_000;

  private static final List<String> FILES =
      List.of(
          "a,b\n1,2\n3,4\n",
          "a,\"b\"\r\n\"1\",\"\"\r\n3,4",
          "\"x\ny\",1\r\"p\"\"q\",\"2\"\n\n5,6\n",
          "1,\"open\n3,4\n5,\"x\"\n7,8\n",
          ",\n\"\"\n\"\",\n");

  @Test
  void every_character_in_every_place_is_read_as_the_automaton_reads_it() throws IOException {
    List<String> characters =
        IntStream.concat(
                IntStream.rangeClosed(0, 0x22), IntStream.of(',', 0x7F, 0x85, 0x2028, 0xFEFF))
            .mapToObj(Character::toString)
            .toList();
    for (String file : FILES) {
      for (int place = 0; place <= file.length(); place++) {
        for (String character : characters) {
          String text = file.substring(0, place) + character + file.substring(place);
          CsvOracle.assertParsed(text, 1 + place % 5);
          CsvOracle.assertRead(text, 2);
        }
      }
    }
  }

  @Test
  void generated_files_are_read_and_written_as_the_automaton_does() throws IOException {
    for (long seed = 0; seed < GENERATED_FILES; seed++) {
      CsvOracle.check(seed);
    }
  }
}
