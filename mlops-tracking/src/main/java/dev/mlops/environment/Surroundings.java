package dev.mlops.environment;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Finds out the parts of an {@link Environment}. What can't change while a process runs is looked
 * for once; so is what differs from a commit, as the code that runs was read when it was started.
 */
final class Surroundings {

  /** All parts that there are. */
  static final List<String> PARTS =
      List.of(
          "arch",
          "branch",
          "changes",
          "charset",
          "commit",
          "cpus",
          "heap",
          "host",
          "java",
          "locale",
          "main",
          "os",
          "processor",
          "vm",
          "zone");

  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final Map<Checkout, Optional<String>> CHANGES = new ConcurrentHashMap<>();

  private Surroundings() {}

  /** A commit in a directory: of another commit, something else has been changed. */
  private record Checkout(Path directory, String commit) {}

  /** What is the same as long as the process runs. */
  private static final class Once {
    static final SortedMap<String, String> LIBRARIES = Libraries.ofThisProcess();
    static final Map<String, String> PARTS = lasting();
  }

  static SortedMap<String, String> libraries() {
    return Once.LIBRARIES;
  }

  static Map<String, String> parts(Path sources) {
    Map<String, String> parts = new TreeMap<>(Once.PARTS);
    parts.put("locale", Locale.getDefault().toLanguageTag());
    parts.put("zone", ZoneId.systemDefault().getId());
    GitHead.branchOf(sources).ifPresent(branch -> parts.put("branch", branch));
    GitHead.commitOf(sources)
        .ifPresent(
            commit -> {
              parts.put("commit", commit);
              changes(sources, commit).ifPresent(changes -> parts.put("changes", changes));
            });
    return parts;
  }

  private static Optional<String> changes(Path sources, String commit) {
    return CHANGES.computeIfAbsent(
        new Checkout(sources.toAbsolutePath().normalize(), commit),
        checkout -> WorkingTree.changes(checkout.directory()));
  }

  private static Map<String, String> lasting() {
    Map<String, String> parts = new TreeMap<>();
    Runtime runtime = Runtime.getRuntime();
    parts.put("java", Runtime.version().toString());
    parts.put("vm", property("java.vm.name") + ", " + property("java.vm.vendor"));
    parts.put("os", property("os.name") + " " + property("os.version"));
    parts.put("arch", property("os.arch"));
    parts.put("cpus", Integer.toString(runtime.availableProcessors()));
    parts.put("heap", Long.toString(runtime.maxMemory()));
    parts.put("charset", Charset.defaultCharset().name());
    processor().ifPresent(name -> parts.put("processor", name));
    host().ifPresent(name -> parts.put("host", name));
    main(System.getProperty("sun.java.command", "")).ifPresent(name -> parts.put("main", name));
    return parts;
  }

  /** The first word of the command: the rest are arguments, which may hold a secret. */
  static Optional<String> main(String command) {
    int end = command.indexOf(' ');
    String first = end < 0 ? command : command.substring(0, end);
    String name = first.substring(first.lastIndexOf('/') + 1);
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  private static Optional<String> processor() {
    if (!Files.isReadable(PROCESSORS)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(PROCESSORS)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip());
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private static Optional<String> host() {
    try {
      return Optional.of(InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException nameless) {
      return Optional.empty();
    }
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }
}
