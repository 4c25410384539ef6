package dev.mlops.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The migration scripts that a module has on the class path, with the checksums that Flyway gives
 * them.
 *
 * <p>Flyway costs a few hundred milliseconds even when it has nothing to do. With these an
 * up-to-date history is seen by one query.
 */
final class Scripts {
  private static final Pattern NAME = Pattern.compile("V(\\d+)__\\w+\\.sql");

  private Scripts() {}

  /** Returns the checksum of each script by its version. */
  static SortedMap<Integer, Integer> checksums(ClassLoader loader, String folder)
      throws IOException {
    SortedMap<Integer, Integer> checksums = new TreeMap<>();
    for (URL place : Collections.list(loader.getResources(folder))) {
      for (String name : names(place, folder)) {
        Matcher script = NAME.matcher(name);
        if (script.matches()) {
          checksums.put(Integer.valueOf(script.group(1)), checksum(loader, folder + "/" + name));
        }
      }
    }
    return checksums;
  }

  private static List<String> names(URL place, String folder) throws IOException {
    return switch (place.getProtocol()) {
      case "file" -> namesInDirectory(place);
      case "jar" -> namesInJar(place, folder + "/");
      default -> List.of();
    };
  }

  private static List<String> namesInDirectory(URL place) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(place.toURI()))) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    } catch (URISyntaxException e) {
      throw new IOException("not a directory: " + place, e);
    }
  }

  private static List<String> namesInJar(URL place, String prefix) throws IOException {
    JarURLConnection connection = (JarURLConnection) place.openConnection();
    // A cached jar is shared with everybody and must not be closed.
    connection.setUseCaches(false);
    try (JarFile jar = connection.getJarFile()) {
      return jar.stream()
          .map(JarEntry::getName)
          .filter(name -> name.startsWith(prefix))
          .map(name -> name.substring(prefix.length()))
          .toList();
    }
  }

  // As Flyway computes it: CRC-32 of the lines without their ends.
  private static int checksum(ClassLoader loader, String resource) throws IOException {
    CRC32 crc = new CRC32();
    try (InputStream bytes = loader.getResourceAsStream(resource)) {
      if (bytes == null) {
        throw new IOException("the script " + resource + " has vanished");
      }
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        crc.update(line.getBytes(StandardCharsets.UTF_8));
      }
    }
    return (int) crc.getValue();
  }
}
