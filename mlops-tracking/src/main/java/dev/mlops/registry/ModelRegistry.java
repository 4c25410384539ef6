package dev.mlops.registry;

import static java.util.Objects.requireNonNull;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.NotFoundException;
import java.util.List;
import java.util.Optional;

/**
 * Keeps models, their versions and their aliases in a workspace. Immutable and safe for use by many
 * threads; several registries, in several processes, may share one workspace.
 *
 * <pre>{@code
 * ModelRegistry registry = ModelRegistry.of(workspace);
 * ModelVersion seventh = registry.model("flights").register(candidate);
 * registry.alias("flights", "champion").moveTo(seventh.number(), Expect.version(6), because("auc +0.4"));
 * }</pre>
 */
public final class ModelRegistry {

  private final RegistryRecords records;

  private ModelRegistry(Workspace workspace) {
    this.records = new RegistryRecords(workspace);
  }

  /**
   * Opens the registry of a workspace and creates its tables if they are missing.
   *
   * @param workspace where models are kept; the caller closes it
   * @return the registry
   */
  public static ModelRegistry of(Workspace workspace) {
    requireNonNull(workspace, "workspace");
    workspace.database().migrate("registry", ModelRegistry.class);
    return new ModelRegistry(workspace);
  }

  /**
   * Names a model, whether it exists or not: its first version creates it. Nothing is looked up;
   * what reads the model's versions throws if it does not exist.
   *
   * @param name 1 to 200 letters, digits, spaces and {@code . _ -}, so that it fits into a path and
   *     into MLflow's model URIs
   * @return the model of that name
   * @throws IllegalArgumentException if the name holds anything else
   */
  public RegisteredModel model(String name) {
    requireNonNull(name, "name");
    return new RegisteredModel(records, ModelNames.checked("model", name));
  }

  /**
   * Names an alias of a model, whether they exist or not; {@link Alias#get()} throws if they do
   * not.
   *
   * @param model the model's name
   * @param alias the alias, by the rule for model names
   * @return the alias, which is also a source of models for the code that serves them
   * @throws IllegalArgumentException if a name holds anything else
   */
  public Alias alias(String model, String alias) {
    requireNonNull(model, "model");
    return model(model).alias(alias);
  }

  /**
   * Looks for a model.
   *
   * @param name its name
   * @return the model, or empty if nothing was registered under that name
   */
  public Optional<RegisteredModel> find(String name) {
    requireNonNull(name, "name");
    return records.models().contains(name)
        ? Optional.of(new RegisteredModel(records, name))
        : Optional.empty();
  }

  /**
   * Returns a model that exists.
   *
   * @param name its name
   * @return the model
   * @throws NotFoundException if nothing was registered under that name
   */
  public RegisteredModel get(String name) {
    return find(name).orElseThrow(() -> records.noModel(name));
  }

  /**
   * Lists the models of the workspace's project.
   *
   * @return them, by name
   */
  public List<RegisteredModel> list() {
    return records.models().stream().map(name -> new RegisteredModel(records, name)).toList();
  }

  /**
   * Lists what was made of a dataset: the versions, of all models, that say that they were trained
   * on it. {@link ModelVersion#aliases()} says which of them serve.
   *
   * @param data the digest of the dataset, as {@link ModelPackage.Builder#data} took it
   * @return the versions, by model and number, also those that were deleted; empty if no version
   *     says that it was trained on this data, which does not mean that none was
   */
  public List<ModelVersion> trainedOn(Digest data) {
    return records.trainedOn(requireNonNull(data, "data"));
  }

  /** Says whose it is: {@code model registry of project 'churn'}. */
  @Override
  public String toString() {
    return "model registry of " + records.project();
  }
}
