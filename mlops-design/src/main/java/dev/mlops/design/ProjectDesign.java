package dev.mlops.design;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What a project is for: the problem, who works on it, what the model is worth and has to reach,
 * what the business asks for, and which data it takes.
 *
 * <pre>{@code
 * ProjectDesign design = ProjectDesign.read(Path.of("churn.yaml"));
 * design.review().orThrow();
 * }</pre>
 *
 * <p>A design is a value: immutable, safe for use by many threads, equal to another with the same
 * YAML. It may have gaps; {@link #review} lists them. It needs no workspace.
 */
public final class ProjectDesign {
  private final DesignBuilder said;
  private final String yaml;

  ProjectDesign(DesignBuilder builder) {
    this.said = copy(builder);
    this.yaml = DesignText.write(this);
  }

  private static DesignBuilder copy(DesignBuilder from) {
    DesignBuilder copy = new DesignBuilder(from.name);
    copy.task = from.task;
    copy.question = from.question;
    copy.decision = from.decision;
    copy.entity = from.entity;
    copy.horizon = from.horizon;
    copy.labelDelay = from.labelDelay;
    copy.value = from.value;
    copy.alignment = from.alignment;
    copy.users.addAll(from.users);
    copy.team.addAll(from.team);
    copy.targets.addAll(from.targets);
    copy.requirements.addAll(from.requirements);
    copy.data.addAll(from.data);
    return copy;
  }

  /**
   * Starts a design.
   *
   * @param name the project's name
   * @return a builder
   * @throws IllegalArgumentException if it is no name
   */
  public static DesignBuilder builder(String name) {
    requireNonNull(name, "name");
    return new DesignBuilder(name);
  }

  /**
   * Reads a design from a YAML file in UTF-8.
   *
   * @param file the file, up to 1 MiB
   * @return the design
   * @throws dev.mlops.error.NotFoundException if there is no such file
   * @throws dev.mlops.error.NewerFormException if it is for a newer release
   * @throws dev.mlops.error.InvalidInputException if it is no design; the message says file, line
   *     and column, and of an unknown name the nearest known one
   * @throws dev.mlops.error.StorageException if it cannot be read
   */
  public static ProjectDesign read(Path file) {
    requireNonNull(file, "file");
    return DesignYaml.read(DesignFile.text(file), file.toString());
  }

  /**
   * Reads a design from YAML.
   *
   * @param yaml the text, up to 1 MiB
   * @return the design
   * @throws dev.mlops.error.NewerFormException if it is for a newer release
   * @throws dev.mlops.error.InvalidInputException if it is no design; the message says line and
   *     column, and of an unknown name the nearest known one
   */
  public static ProjectDesign parse(String yaml) {
    requireNonNull(yaml, "yaml");
    return DesignYaml.read(yaml, "design");
  }

  /**
   * Returns a design to begin with: complete except for what only the project knows.
   *
   * @param template one of {@link #templates}
   * @return the design; its gaps are the questions to answer
   * @throws dev.mlops.error.NotFoundException if there is no such template; the message lists those
   *     that there are
   */
  public static ProjectDesign template(String template) {
    requireNonNull(template, "template");
    return parse(templateYaml(template));
  }

  /**
   * Returns the text of a template, whose comments say what belongs where.
   *
   * @param template one of {@link #templates}
   * @return YAML, to be kept as a file and filled in
   * @throws dev.mlops.error.NotFoundException if there is no such template; the message lists those
   *     that there are
   */
  public static String templateYaml(String template) {
    requireNonNull(template, "template");
    return DesignFile.template(template);
  }

  /**
   * Returns which templates there are.
   *
   * @return their names, sorted; unmodifiable
   */
  public static List<String> templates() {
    return DesignFile.TEMPLATES;
  }

  /**
   * Looks for what is missing, and for fields that contradict each other.
   *
   * @return the review
   */
  public DesignReview review() {
    return new DesignReview(
        name(), new Completeness(this).gaps(), new Contradictions(this).found());
  }

  /**
   * Writes the design: its fields in a fixed order, those that were said. What is read again is
   * equal.
   *
   * @return YAML, with the version of its form as the first field
   */
  public String toYaml() {
    return yaml;
  }

  /**
   * Returns the identity of what the design says.
   *
   * @return the digest of {@link #toYaml}
   */
  public Digest digest() {
    return Digest.of(yaml.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns the project's name.
   *
   * @return the name
   */
  public String name() {
    return said.name;
  }

  /**
   * Returns what the model predicts.
   *
   * @return the task; empty if nobody said
   */
  public Optional<Task> task() {
    return Optional.ofNullable(said.task);
  }

  /**
   * Returns which question the model answers.
   *
   * @return the question; empty if nobody said
   */
  public Optional<String> question() {
    return Optional.ofNullable(said.question);
  }

  /**
   * Returns which decision follows from a prediction.
   *
   * @return the decision; empty if nobody said
   */
  public Optional<String> decision() {
    return Optional.ofNullable(said.decision);
  }

  /**
   * Returns what a prediction is about.
   *
   * @return the entity; empty if nobody said
   */
  public Optional<String> entity() {
    return Optional.ofNullable(said.entity);
  }

  /**
   * Returns who uses the predictions.
   *
   * @return the users, in the order given; unmodifiable
   */
  public List<String> users() {
    return List.copyOf(said.users);
  }

  /**
   * Returns how far ahead a prediction looks.
   *
   * @return the time; empty if nobody said
   */
  public Optional<Duration> horizon() {
    return Optional.ofNullable(said.horizon);
  }

  /**
   * Returns how long after a prediction its label is known.
   *
   * @return the time; empty if nobody said
   */
  public Optional<Duration> labelDelay() {
    return Optional.ofNullable(said.labelDelay);
  }

  /**
   * Returns who works in a role.
   *
   * @param role the role
   * @return their names, in the order given; unmodifiable
   */
  public List<String> people(Role role) {
    requireNonNull(role, "role");
    return said.team.stream()
        .filter(member -> member.role() == role)
        .map(DesignBuilder.Member::person)
        .toList();
  }

  /**
   * Returns who works in a phase.
   *
   * @param phase the phase
   * @return the roles, each once, in the order of {@link Role}; unmodifiable
   */
  public List<Role> roles(Phase phase) {
    requireNonNull(phase, "phase");
    return Arrays.stream(Role.values())
        .filter(
            role ->
                said.team.stream()
                    .anyMatch(member -> member.role() == role && member.phases().contains(phase)))
        .toList();
  }

  /**
   * Returns what the model is worth.
   *
   * @return the value in money or time; empty if nobody said
   */
  public Optional<ValueModel> value() {
    return Optional.ofNullable(said.value);
  }

  /**
   * Returns what the metrics have to reach.
   *
   * @return the targets, in the order given; unmodifiable
   */
  public List<Target> targets() {
    return List.copyOf(said.targets);
  }

  /**
   * Returns the target that decides.
   *
   * @return the target; empty if nobody said
   */
  public Optional<Target> primary() {
    return alignment().map(DesignBuilder.Alignment::primary).flatMap(this::find);
  }

  /**
   * Returns the targets that are watched in place of the one that decides.
   *
   * @return the targets, in the order given; unmodifiable
   */
  public List<Target> proxies() {
    return alignment().stream()
        .flatMap(alignment -> alignment.proxies().stream())
        .flatMap(id -> find(id).stream())
        .toList();
  }

  /**
   * Returns how closely the others have to follow the target that decides.
   *
   * @return the least rank correlation over versions and slices; empty if nobody said
   */
  public OptionalDouble leastRankCorrelation() {
    return alignment().stream().mapToDouble(DesignBuilder.Alignment::leastCorrelation).findFirst();
  }

  private Optional<Target> find(String id) {
    return said.targets.stream().filter(target -> target.id().equals(id)).findFirst();
  }

  /**
   * Returns what the business asks for.
   *
   * @return the requirements, in the order given; unmodifiable
   */
  public List<Requirement> requirements() {
    return List.copyOf(said.requirements);
  }

  /**
   * Returns what the business asks for of one kind.
   *
   * @param kind such as {@code Requirement.Latency.class}
   * @param <R> the kind
   * @return the requirements of this kind, in the order given; unmodifiable
   */
  public <R extends Requirement> List<R> requirements(Class<R> kind) {
    requireNonNull(kind, "kind");
    return said.requirements.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /**
   * Returns which data it takes.
   *
   * @return the sources, in the order given; unmodifiable
   */
  public List<DataNeed> data() {
    return List.copyOf(said.data);
  }

  List<DesignBuilder.Member> team() {
    return List.copyOf(said.team);
  }

  Optional<DesignBuilder.Alignment> alignment() {
    return Optional.ofNullable(said.alignment);
  }

  /** Whether somebody said that nothing is asked for on a topic. */
  boolean isNotNeeded(String topic) {
    return notNeeded().anyMatch(none -> none.topic().equals(topic));
  }

  Stream<Requirement.NotNeeded> notNeeded() {
    return requirements(Requirement.NotNeeded.class).stream();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ProjectDesign design && yaml.equals(design.yaml);
  }

  @Override
  public int hashCode() {
    return yaml.hashCode();
  }

  /** Returns the name, the task and the digest. */
  @Override
  public String toString() {
    return "design '%s', %s, %s"
        .formatted(name(), said.task == null ? "without a task" : said.task, digest().brief());
  }
}
