package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.JsonFailure;
import dev.mlops.error.NewerFormException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where code ran: enough to ask why another machine answered differently. It holds this closed list
 * and nothing else, so no environment variable, system property or command line, and with them no
 * secret, can slip in.
 *
 * @param java the version of the Java runtime, such as {@code 17.0.15+6}
 * @param vm the name and vendor of the virtual machine
 * @param os the operating system and its version
 * @param arch the processor architecture, such as {@code amd64}
 * @param cpus how many processors the virtual machine may use
 * @param heap the greatest size of the heap in bytes
 * @param locale the default locale as a language tag, such as {@code en-GB}
 * @param zone the default time zone, such as {@code Europe/Berlin}
 * @param charset the default charset
 * @param commit the git commit that was checked out, 40 or 64 hexadecimal digits, or null if there
 *     is no repository
 */
public record Environment(
    String java,
    String vm,
    String os,
    String arch,
    int cpus,
    long heap,
    String locale,
    String zone,
    String charset,
    @Nullable String commit) {

  private static final String KEY = "version";
  private static final int VERSION = 1;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * Checks the parts.
   *
   * @param java the version of the Java runtime, such as {@code 17.0.15+6}
   * @param vm the name and vendor of the virtual machine
   * @param os the operating system and its version
   * @param arch the processor architecture, such as {@code amd64}
   * @param cpus how many processors the virtual machine may use
   * @param heap the greatest size of the heap in bytes
   * @param locale the default locale as a language tag, such as {@code en-GB}
   * @param zone the default time zone, such as {@code Europe/Berlin}
   * @param charset the default charset
   * @param commit the git commit that was checked out, 40 or 64 hexadecimal digits, or null if
   *     there is no repository
   */
  public Environment {
    requireNonNull(java, "java");
    requireNonNull(vm, "vm");
    requireNonNull(os, "os");
    requireNonNull(arch, "arch");
    requireNonNull(locale, "locale");
    requireNonNull(zone, "zone");
    requireNonNull(charset, "charset");
  }

  /**
   * Describes this process, with the git commit of the working directory if that lies in a
   * repository. The commit is read from the repository's files; no program is started.
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
    Runtime runtime = Runtime.getRuntime();
    return new Environment(
        Runtime.version().toString(),
        property("java.vm.name") + ", " + property("java.vm.vendor"),
        property("os.name") + " " + property("os.version"),
        property("os.arch"),
        runtime.availableProcessors(),
        runtime.maxMemory(),
        Locale.getDefault().toLanguageTag(),
        ZoneId.systemDefault().getId(),
        Charset.defaultCharset().name(),
        GitHead.commitOf(requireNonNull(sources, "sources")).orElse(null));
  }

  /**
   * Returns this environment with the commit that a build server names, for code that runs outside
   * its repository.
   *
   * @param hash the commit
   * @return a copy with that commit
   */
  public Environment withCommit(String hash) {
    requireNonNull(hash, "hash");
    return new Environment(java, vm, os, arch, cpus, heap, locale, zone, charset, hash);
  }

  /**
   * Writes the environment as JSON.
   *
   * @return an object with the {@code version} of its form, 1, and a member for each component
   */
  public String toJson() {
    ObjectNode components = MAPPER.valueToTree(this);
    return MAPPER.createObjectNode().put(KEY, VERSION).setAll(components).toString();
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
      return of(tree);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "not the JSON of an environment: " + JsonFailure.reason(e), e);
    }
  }

  private static Environment of(JsonNode tree) {
    return new Environment(
        text(tree, "java"),
        text(tree, "vm"),
        text(tree, "os"),
        text(tree, "arch"),
        Math.toIntExact(number(tree, "cpus", Integer.MAX_VALUE)),
        number(tree, "heap", Long.MAX_VALUE),
        text(tree, "locale"),
        text(tree, "zone"),
        text(tree, "charset"),
        tree.path("commit").isNull() ? null : text(tree, "commit"));
  }

  private static String text(JsonNode tree, String name) {
    JsonNode value = tree.path(name);
    if (!value.isTextual()) {
      throw wrong(name, "a text", value);
    }
    return value.textValue();
  }

  private static long number(JsonNode tree, String name, long most) {
    JsonNode value = tree.path(name);
    boolean fits = value.isIntegralNumber() && value.canConvertToLong();
    if (!fits || value.longValue() < 0 || value.longValue() > most) {
      throw wrong(name, "a whole number from 0 to " + most, value);
    }
    return value.longValue();
  }

  private static InvalidInputException wrong(String name, String wanted, JsonNode value) {
    return new InvalidInputException(
        "not the JSON of an environment: '"
            + name
            + "' must be "
            + wanted
            + ", and is "
            + (value.isNumber() ? value : value.getNodeType().name().toLowerCase(Locale.ROOT)));
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }
}
