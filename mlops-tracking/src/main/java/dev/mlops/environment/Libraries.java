package dev.mlops.environment;

import java.io.File;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The libraries that this process was started with, by the names of the files on its class path and
 * module path, as build tools write them: {@code name-version.jar}. A launcher that hides a long
 * class path in the manifest of one file is looked through.
 */
final class Libraries {

  private static final Pattern NAMED = Pattern.compile("(.+?)-(\\d[^/]*)\\.jar");
  private static final Pattern BETWEEN = Pattern.compile(Pattern.quote(File.pathSeparator));
  private static final Pattern BLANK = Pattern.compile(" ");
  private static final String UNNUMBERED = "without a version";

  private Libraries() {}

  /** Returns the versions by the names. */
  static SortedMap<String, String> ofThisProcess() {
    List<String> files = new ArrayList<>();
    for (String path : List.of("java.class.path", "jdk.module.path")) {
      BETWEEN.splitAsStream(System.getProperty(path, "")).forEach(entry -> add(files, entry));
    }
    return named(files);
  }

  private static void add(List<String> files, String entry) {
    if (!entry.endsWith(".jar")) {
      return; // A directory of classes is what the commit names.
    }
    files.add(entry);
    try (JarFile jar = new JarFile(entry, false)) {
      Manifest manifest = jar.getManifest();
      String behind = manifest == null ? null : manifest.getMainAttributes().getValue("Class-Path");
      if (behind != null) {
        BLANK.splitAsStream(behind).forEach(files::add);
      }
    } catch (IOException unreadable) {
      // Java has started without it, too.
    }
  }

  static SortedMap<String, String> named(List<String> files) {
    SortedMap<String, String> libraries = new TreeMap<>();
    for (String file : files) {
      String name = fileName(file);
      Matcher matcher = NAMED.matcher(name);
      if (matcher.matches()) {
        libraries.putIfAbsent(matcher.group(1), matcher.group(2));
      } else if (name.endsWith(".jar")) {
        libraries.putIfAbsent(name.substring(0, name.length() - 4), UNNUMBERED);
      }
    }
    return libraries;
  }

  private static String fileName(String file) {
    String path = file.startsWith("file:") ? file.substring("file:".length()) : file;
    try {
      Path name = Path.of(path).getFileName();
      return name == null ? "" : name.toString();
    } catch (InvalidPathException notAFile) {
      return "";
    }
  }
}
