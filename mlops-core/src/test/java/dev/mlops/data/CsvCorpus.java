package dev.mlops.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlops.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The Java side of {@code interop/csv_corpus.py}: reads each CSV file of a directory without a
 * schema, and puts beside it what was read.
 */
final class CsvCorpus {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What pandas takes for a missing value. */
  private static final String[] PANDAS_WORDS = {
    "#N/A",
    "#N/A N/A",
    "#NA",
    "-1.#IND",
    "-1.#QNAN",
    "-NaN",
    "-nan",
    "1.#IND",
    "1.#QNAN",
    "<NA>",
    "N/A",
    "NA",
    "NULL",
    "NaN",
    "None",
    "n/a",
    "nan",
    "null"
  };

  private CsvCorpus() {}

  public static void main(String[] arguments) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".csv")).sorted().toList()) {
        String name = file.toString().substring(0, file.toString().length() - ".csv".length());
        Files.writeString(Path.of(name + ".json"), read(file, name).toString());
      }
    }
  }

  private static ObjectNode read(Path file, String name) {
    ObjectNode told = JSON.createObjectNode();
    try {
      Imported read = Csv.read(file).load();
      ArrowFile.write(read.dataset(), Path.of(name + ".arrow"));
      Imported withWords = Csv.read(file).nullText(PANDAS_WORDS).load();
      ArrowFile.write(withWords.dataset(), Path.of(name + ".na.arrow"));
      Stream<BadCell> bad = read.badCells().stream().filter(cell -> cell.row() >= 0);
      told.set("bad", JSON.valueToTree(bad.limit(3).map(BadCell::toString).toList()));
    } catch (InvalidInputException e) {
      told.put("error", e.getMessage());
    }
    return told;
  }
}
