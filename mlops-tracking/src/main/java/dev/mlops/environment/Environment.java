package dev.mlops.environment;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlops.error.Elements;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.JsonFailure;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.Plural;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where code ran: enough to ask why another machine answered differently. It holds a closed list of
 * parts and nothing else, so no environment variable, system property or argument, and with them no
 * secret, can slip in. A part that could not be found out is missing. Immutable.
 *
 * <table>
 * <caption>Parts</caption>
 * <tr><td>{@code java}</td><td>the version of the Java runtime, such as {@code 17.0.15+6}</td></tr>
 * <tr><td>{@code vm}</td><td>the name and vendor of the virtual machine</td></tr>
 * <tr><td>{@code os}</td><td>the operating system and its version</td></tr>
 * <tr><td>{@code arch}</td><td>the processor architecture, such as {@code amd64}</td></tr>
 * <tr><td>{@code processor}</td><td>the processor's name, where the system tells it</td></tr>
 * <tr><td>{@code cpus}</td><td>how many processors the virtual machine may use</td></tr>
 * <tr><td>{@code heap}</td><td>the greatest size of the heap in bytes</td></tr>
 * <tr><td>{@code locale}</td><td>the default locale as a language tag, such as {@code en-GB}</td></tr>
 * <tr><td>{@code zone}</td><td>the default time zone, such as {@code Europe/Berlin}</td></tr>
 * <tr><td>{@code charset}</td><td>the default charset</td></tr>
 * <tr><td>{@code host}</td><td>the name of the machine</td></tr>
 * <tr><td>{@code main}</td><td>the main class, or the file that was started</td></tr>
 * <tr><td>{@code commit}</td><td>the git commit that was checked out</td></tr>
 * <tr><td>{@code branch}</td><td>the git branch, if one was</td></tr>
 * <tr><td>{@code changes}</td><td>{@code none}, or a digest of what differed from the commit</td></tr>
 * </table>
 */
public final class Environment {

  private static final String KEY = "version";
  private static final String LIBRARIES = "libraries";
  private static final int VERSION = 1;

  /** What says which code ran: where neither side knows it, the code may be another. */
  private static final List<String> CODE = List.of("changes", "commit");

  /** A part that each environment has. */
  private static final String ALWAYS = "java";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final SortedMap<String, String> parts;
  private final SortedMap<String, String> libraries;

  private Environment(Map<String, String> parts, Map<String, String> libraries) {
    this.parts = Collections.unmodifiableSortedMap(new TreeMap<>(parts));
    this.libraries = Collections.unmodifiableSortedMap(new TreeMap<>(libraries));
  }

  /**
   * One part in which two environments differ.
   *
   * @param part the part, such as {@code java}, or a library, such as {@code library jackson-core}
   * @param left what the first has; null if it has none
   * @param right what the second has; null if it has none
   */
  public record Difference(String part, @Nullable String left, @Nullable String right) {
    /**
     * Checks the part.
     *
     * @param part the part, such as {@code java}, or a library, such as {@code library
     *     jackson-core}
     * @param left what the first has; null if it has none
     * @param right what the second has; null if it has none
     */
    public Difference {
      requireNonNull(part, "part");
    }

    @Override
    public String toString() {
      return part + ": " + shown(left) + " and " + shown(right);
    }

    private static String shown(@Nullable String value) {
      return value == null ? "nothing" : value;
    }
  }

  /**
   * Describes this process, with the git commit of the working directory if that lies in a
   * repository. The commit is read from the repository's files. For what has been changed since,
   * the program git is asked, once in a process for each directory and commit; where it is not
   * there, {@code changes} is missing.
   *
   * @return the environment of now
   */
  public static Environment capture() {
    return capture(Path.of(""));
  }

  /**
   * Describes this process, with the git commit of a directory.
   *
   * @param sources a directory in the repository that the code came from
   * @return the environment of now
   */
  public static Environment capture(Path sources) {
    return new Environment(
        Surroundings.parts(requireNonNull(sources, "sources")), Surroundings.libraries());
  }

  /**
   * Makes an environment of parts that are known from elsewhere.
   *
   * @param parts values by the names of the table above
   * @param libraries versions by name
   * @return the environment
   * @throws IllegalArgumentException if a part has another name
   */
  public static Environment of(Map<String, String> parts, Map<String, String> libraries) {
    Map<String, String> known = Elements.copy(parts, "parts");
    for (String part : known.keySet()) {
      refuseUnknown(part);
    }
    return new Environment(known, Elements.copy(libraries, "libraries"));
  }

  /**
   * Returns this environment with the commit that a build server names, for code that runs outside
   * its repository.
   *
   * @param hash the commit
   * @return a copy with that commit
   */
  public Environment withCommit(String hash) {
    Map<String, String> changed = new TreeMap<>(parts);
    changed.put("commit", requireNonNull(hash, "hash"));
    return new Environment(changed, libraries);
  }

  /**
   * Returns a part.
   *
   * @param name one of the table above
   * @return its value; empty if it could not be found out
   * @throws IllegalArgumentException if there is no such part
   */
  public Optional<String> part(String name) {
    refuseUnknown(requireNonNull(name, "name"));
    return Optional.ofNullable(parts.get(name));
  }

  private static void refuseUnknown(String part) {
    if (!Surroundings.PARTS.contains(part)) {
      throw new IllegalArgumentException(
          "an environment has no part '"
              + part
              + "'; it has "
              + String.join(", ", Surroundings.PARTS));
    }
  }

  /**
   * Returns the parts that were found out.
   *
   * @return values by name, in the order of the names; unmodifiable
   */
  public SortedMap<String, String> parts() {
    return parts;
  }

  /**
   * Returns the libraries that the process was started with: the files of its class path and module
   * path.
   *
   * @return versions by name, in the order of the names; unmodifiable
   */
  public SortedMap<String, String> libraries() {
    return libraries;
  }

  /**
   * Compares two environments. A part that only one of them has differs. Which code ran, {@code
   * commit} and {@code changes}, differs also where neither knows it.
   *
   * @param left one
   * @param right the other
   * @return what differs, parts before libraries, each by name; empty if nothing does
   */
  public static List<Difference> diff(Environment left, Environment right) {
    requireNonNull(left, "left");
    requireNonNull(right, "right");
    List<Difference> differences = new ArrayList<>();
    add(differences, "", left.parts, right.parts, CODE);
    add(differences, "library ", left.libraries, right.libraries, List.of());
    return List.copyOf(differences);
  }

  private static void add(
      List<Difference> differences,
      String kind,
      Map<String, String> left,
      Map<String, String> right,
      List<String> always) {
    TreeSet<String> names = new TreeSet<>(always);
    names.addAll(left.keySet());
    names.addAll(right.keySet());
    for (String name : names) {
      String one = left.get(name);
      String other = right.get(name);
      if (one == null || !one.equals(other)) {
        differences.add(new Difference(kind + name, one, other));
      }
    }
  }

  /**
   * Writes the environment as JSON.
   *
   * @return an object with the {@code version} of its form, 1, a member for each part, and {@code
   *     libraries}
   */
  public String toJson() {
    ObjectNode json = MAPPER.createObjectNode().put(KEY, VERSION);
    parts.forEach(json::put);
    ObjectNode versions = json.putObject(LIBRARIES);
    libraries.forEach(versions::put);
    return json.toString();
  }

  /**
   * Reads what {@link #toJson()} wrote; members that are not known are passed over.
   *
   * @param json the object
   * @return the environment
   * @throws NewerFormException if a newer release wrote it
   * @throws InvalidInputException if it is no such object
   */
  public static Environment fromJson(String json) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      NewerFormException.requireKnown("the JSON of an environment", tree.path(KEY), VERSION);
      Map<String, String> parts = new TreeMap<>();
      for (String part : Surroundings.PARTS) {
        if (tree.has(part) || part.equals(ALWAYS)) {
          parts.put(part, text(part, tree.path(part)));
        }
      }
      Map<String, String> libraries = new TreeMap<>();
      for (Map.Entry<String, JsonNode> library : tree.path(LIBRARIES).properties()) {
        libraries.put(library.getKey(), text(library.getKey(), library.getValue()));
      }
      return new Environment(parts, libraries);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "not the JSON of an environment: " + JsonFailure.reason(e), e);
    }
  }

  private static String text(String name, JsonNode value) {
    if (!value.isTextual()) {
      throw new InvalidInputException(
          "not the JSON of an environment: '"
              + name
              + "' must be a text, and is "
              + value.getNodeType().name().toLowerCase(Locale.ROOT));
    }
    return value.textValue();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Environment environment
        && parts.equals(environment.parts)
        && libraries.equals(environment.libraries);
  }

  @Override
  public int hashCode() {
    return 31 * parts.hashCode() + libraries.hashCode();
  }

  /** Returns the parts in one line, and how many libraries there are. */
  @Override
  public String toString() {
    return "environment " + parts + ", " + Plural.of(libraries.size(), "library", "libraries");
  }
}
