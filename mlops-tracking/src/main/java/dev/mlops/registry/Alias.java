package dev.mlops.registry;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.ConflictException;
import dev.mlops.error.NotFoundException;
import dev.mlops.journal.Reason;
import dev.mlops.models.MovableSource;
import dev.mlops.models.ResolvedModel;
import dev.mlops.storage.Session;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A name, such as {@code champion}, that stands at one version of a model and moves. Every move is
 * kept. Immutable and safe for use by many threads: of several moves that expect the same, one wins
 * and the others are conflicts.
 *
 * <p>An alias names; it looks nothing up. Whatever reads it looks anew: {@link #get()} twice may be
 * two versions. {@link #resolve()} looks once, for the code that serves the model.
 */
public final class Alias implements MovableSource {

  private final RegistryRecords records;
  private final String model;
  private final String name;

  Alias(RegistryRecords records, String model, String name) {
    this.records = records;
    this.model = model;
    this.name = name;
  }

  /**
   * Returns the alias's name.
   *
   * @return the name, unique in its model
   */
  public String name() {
    return name;
  }

  /**
   * Moves the alias to a version, if it stands where it is expected. The move, its place in the
   * history and its event in the journal appear together.
   *
   * @param version the number of a version that was not deleted
   * @param expected where the alias is believed to stand
   * @param reason why
   * @return the move
   * @throws ConflictException if the alias stands elsewhere, saying where; nothing was changed
   * @throws NotFoundException if there is no such model or version, or it was deleted
   */
  @CanIgnoreReturnValue
  public AliasChange moveTo(int version, Expect expected, Reason reason) {
    return done(tryMoveTo(version, expected, reason));
  }

  /**
   * Moves the alias as {@link #moveTo} does, for a caller that expects to find it elsewhere at
   * times.
   *
   * @param version the number of a version that was not deleted
   * @param expected where the alias is believed to stand
   * @param reason why
   * @return the move, or the conflict; then nothing was changed
   * @throws NotFoundException if there is no such model or version, or it was deleted
   */
  public AliasMove tryMoveTo(int version, Expect expected, Reason reason) {
    return records.move(model, name, version, expected, reason);
  }

  /**
   * Moves the alias to a version that has all that is demanded, if it stands where it is expected.
   * What each demand has found is in the event of the journal.
   *
   * @param version the number of a version that was not deleted
   * @param expected where the alias is believed to stand
   * @param rules what the version has to show
   * @param reason why
   * @return the move
   * @throws PromotionRefusedException if something is missing, with all that is; nothing was
   *     changed
   * @throws ConflictException if the alias stands elsewhere, saying where, or an approval was
   *     withdrawn meanwhile; nothing was changed
   * @throws NotFoundException if there is no such model or version, or it was deleted
   */
  @CanIgnoreReturnValue
  public AliasChange promote(int version, Expect expected, Promotion rules, Reason reason) {
    ModelVersion wanted = records.existingVersion(model, version);
    PromotionCheck check = requireNonNull(rules, "rules").check(wanted);
    if (!check.passed()) {
      throw new PromotionRefusedException(name, check);
    }
    return done(
        records.promote(
            wanted,
            name,
            requireNonNull(expected, "expected"),
            requireNonNull(reason, "reason"),
            rules.roles(),
            evidence(check)));
  }

  /**
   * Moves the alias to a version that may lack some of what is demanded: an emergency. The event of
   * the journal has the detail {@code promoted anyway}, with all that is missing.
   *
   * @param version the number of a version that was not deleted
   * @param expected where the alias is believed to stand
   * @param rules what the version should show
   * @param reason why, which should say why it could not wait
   * @return the move
   * @throws ConflictException if the alias stands elsewhere, saying where; nothing was changed
   * @throws NotFoundException if there is no such model or version, or it was deleted
   */
  @CanIgnoreReturnValue
  public AliasChange promoteAnyway(int version, Expect expected, Promotion rules, Reason reason) {
    ModelVersion wanted = records.existingVersion(model, version);
    PromotionCheck check = requireNonNull(rules, "rules").check(wanted);
    Map<String, String> evidence = evidence(check);
    if (!check.passed()) {
      evidence.put("promoted anyway", check.toString());
    }
    return done(
        records.promote(
            wanted,
            name,
            requireNonNull(expected, "expected"),
            requireNonNull(reason, "reason"),
            List.of(),
            evidence));
  }

  private static Map<String, String> evidence(PromotionCheck check) {
    Map<String, String> evidence = new TreeMap<>();
    for (PromotionFinding finding : check.findings()) {
      evidence.put(finding.gate(), (finding.passed() ? "met: " : "missing: ") + finding.evidence());
    }
    return evidence;
  }

  /**
   * Lets the alias stand nowhere, if it stands where it is expected.
   *
   * @param expected where the alias is believed to stand
   * @param reason why
   * @return the move
   * @throws ConflictException if the alias stands elsewhere, saying where; nothing was changed
   * @throws NotFoundException if there is no such model
   */
  @CanIgnoreReturnValue
  public AliasChange clear(Expect expected, Reason reason) {
    return done(records.move(model, name, null, expected, reason));
  }

  @Override
  public boolean move(Session session, String model, int from, int to, Reason reason) {
    requireNonNull(session, "session");
    requireNonNull(model, "model");
    requireNonNull(reason, "reason");
    return model.equals(this.model) && records.move(session, model, name, from, to, reason);
  }

  private AliasChange done(AliasMove move) {
    if (move instanceof AliasMove.Conflict conflict) {
      throw new ConflictException(conflict + " of model '" + model + "'; nothing was changed");
    }
    return ((AliasMove.Moved) move).change();
  }

  /**
   * Returns the model's name.
   *
   * @return the name, unique in the workspace's project
   */
  public String model() {
    return model;
  }

  /**
   * Looks where the alias stands.
   *
   * @return the version, or empty if it was never set, or was cleared
   */
  public Optional<ModelVersion> find() {
    return records.aliases().current(model, name).flatMap(number -> records.version(model, number));
  }

  /**
   * Looks once where the alias stands, and keeps to it: later moves do not change what was
   * resolved. Its {@code version()} says which one that is.
   *
   * @return the version with its files
   * @throws NotFoundException if the alias was never set, or was cleared
   */
  @Override
  public ResolvedModel resolve() {
    return get().resolve();
  }

  /**
   * Returns where the alias stands.
   *
   * @return the version
   * @throws NotFoundException if there is no such model, or the alias was never set, or was cleared
   */
  public ModelVersion get() {
    return find()
        .orElseThrow(
            () ->
                NotFoundException.among(
                    "alias '"
                        + name
                        + "' of model '"
                        + records.existing(model)
                        + "' in "
                        + records.project()
                        + " stands at no version",
                    records.aliases().names(model)));
  }

  /**
   * Lists every move of the alias.
   *
   * @return the moves, oldest first; empty if it was never set
   */
  public List<AliasChange> history() {
    return records.aliases().history(model, name);
  }

  /**
   * Looks where the alias stood at a time.
   *
   * @param time any time; a move holds from its own time on
   * @return the version of then, also if it was deleted since; empty if the alias stood nowhere
   */
  public Optional<ModelVersion> asOf(Instant time) {
    requireNonNull(time, "time");
    return history().stream()
        .filter(change -> !change.time().isAfter(time))
        .reduce((earlier, later) -> later)
        .map(AliasChange::to)
        .filter(Objects::nonNull)
        .flatMap(number -> records.version(model, number));
  }

  @Override
  public String toString() {
    return "alias '" + name + "' of model '" + model + "'";
  }
}
