package dev.mlops.registry;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.journal.Reason;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model: a name with versions and aliases. Immutable and safe for use by many threads. */
public final class RegisteredModel {

  private final RegistryRecords records;
  private final String name;

  RegisteredModel(RegistryRecords records, String name) {
    this.records = records;
    this.name = name;
  }

  /**
   * Returns the model's name.
   *
   * @return the name, unique in the workspace's project
   */
  public String name() {
    return name;
  }

  /**
   * Registers a package as the next version. The version is whole or absent: its number, its files
   * and its event in the journal appear together.
   *
   * <p>Its golden predictions are asked of its model before, by the format of the package; the
   * event says how many rows answered alike, or {@code none}.
   *
   * @param candidate the package
   * @return the version, with the next number: 1, 2, 3, ... without a gap, however many threads
   *     register
   * @throws InvalidInputException if the model does not answer as the golden predictions say, or
   *     its format cannot run it
   * @throws NotFoundException if the workspace's project has no run that {@link
   *     ModelPackage.Builder#run} names
   * @throws ConflictException if a file of the package has changed since it was read
   */
  @CanIgnoreReturnValue
  public ModelVersion register(ModelPackage candidate) {
    requireNonNull(candidate, "candidate");
    return records.register(name, candidate, null);
  }

  /**
   * Registers a package as {@link #register(ModelPackage)} does, and says why and by whom.
   *
   * @param candidate the package
   * @param reason goes into the journal; its actor counts as who registered the version
   * @return the version
   */
  @CanIgnoreReturnValue
  public ModelVersion register(ModelPackage candidate, Reason reason) {
    requireNonNull(candidate, "candidate");
    return records.register(name, candidate, requireNonNull(reason, "reason"));
  }

  /**
   * Lists the versions that were not deleted.
   *
   * @return them, newest first; empty if all were deleted
   * @throws NotFoundException if nothing was ever registered under this model's name
   */
  public List<ModelVersion> list() {
    List<ModelVersion> all = records.versions(name);
    if (all.isEmpty()) {
      throw records.noModel(name);
    }
    return all.stream().filter(version -> version.deleted().isEmpty()).toList();
  }

  /**
   * Returns a version.
   *
   * @param number its number
   * @return the version, also if it was deleted
   * @throws NotFoundException if it was never registered, or there is no such model
   */
  public ModelVersion get(int number) {
    return find(number)
        .orElseThrow(
            () ->
                NotFoundException.among(
                    "no version " + number + " of model '" + name + "' in " + records.project(),
                    list().stream().map(ModelVersion::number).toList()));
  }

  /**
   * Looks for a version.
   *
   * @param number its number
   * @return the version, also if it was deleted; empty if it was never registered
   */
  public Optional<ModelVersion> find(int number) {
    return records.version(name, number);
  }

  /**
   * Looks for the newest version.
   *
   * @return the version with the greatest number that was not deleted; empty if there is none
   */
  public Optional<ModelVersion> findLatest() {
    return records.versions(name).stream()
        .filter(version -> version.deleted().isEmpty())
        .findFirst();
  }

  /**
   * Names an alias, whether it was ever set or not.
   *
   * @param alias its name, by the rule for model names
   * @return the alias
   */
  public Alias alias(String alias) {
    return new Alias(records, name, ModelNames.checked("alias", alias));
  }

  /**
   * Lists the aliases that stand at a version.
   *
   * @return them, by name
   */
  public List<Alias> aliases() {
    return records.aliases().names(name).stream().map(this::alias).toList();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RegisteredModel that
        && name.equals(that.name)
        && records == that.records;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return "model '" + name + "'";
  }
}
