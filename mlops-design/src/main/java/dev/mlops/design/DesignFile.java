package dev.mlops.design;

import dev.mlops.error.FileFailure;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The text of designs, as files and as templates. */
final class DesignFile {
  static final List<String> TEMPLATES =
      List.of("churn", "classification", "forecasting", "regression");

  private DesignFile() {}

  /** Reads no more than a design may have, whatever size the file says it has. */
  static String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(YamlParser.LONGEST + 1);
      if (bytes.length > YamlParser.LONGEST) {
        throw YamlParser.tooLong(file.toString());
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException e) {
      throw new NotFoundException("there is no design file " + file, e);
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(file + " is not text in UTF-8", e);
    } catch (IOException e) {
      throw new StorageException(
          "cannot read the design file " + file + ": " + FileFailure.reason(e), e);
    }
  }

  static String template(String template) {
    if (!TEMPLATES.contains(template)) {
      throw new NotFoundException(
          "there is no template '%s'%sthere are %s"
              .formatted(
                  Words.shown(template),
                  Words.didYouMean(template, TEMPLATES),
                  String.join(", ", TEMPLATES)));
    }
    String resource = template + ".yaml";
    try (InputStream in = DesignFile.class.getResourceAsStream(resource)) {
      return new String(
          Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new StorageException("cannot read the template " + template, e);
    }
  }
}
