package dev.mlops.models;

import dev.mlops.journal.Reason;
import dev.mlops.storage.Session;

/**
 * A source that stands at one version of a model and can be moved to another, as an alias does. The
 * code that deploys a model moves it with what it deploys, in one transaction.
 */
public interface MovableSource extends ModelSource {

  /**
   * Moves the source, if it is of this model and stands where it is expected.
   *
   * @param session the transaction with which the move becomes visible
   * @param model the model's name
   * @param from the version at which the source is expected
   * @param to the version to which it moves
   * @param reason why
   * @return whether it was moved; if not, it is of another model, stands elsewhere, or there is no
   *     such version, and nothing was changed
   * @throws dev.mlops.error.StorageException if the database fails
   */
  boolean move(Session session, String model, int from, int to, Reason reason);
}
