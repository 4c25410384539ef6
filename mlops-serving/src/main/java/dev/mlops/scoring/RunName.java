package dev.mlops.scoring;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.storage.Names;

/**
 * Names a run of a job. Neither part has a slash, so that ids of predictions tell them apart.
 *
 * @param job the job's name
 * @param run the run's name
 */
record RunName(String job, String run) {

  /** Leaves room for an id of 48 characters in the id of a prediction. */
  private static final int LONGEST = 100;

  RunName {
    checked("job", job);
    checked("run", run);
  }

  @CanIgnoreReturnValue
  static String checked(String kind, String name) {
    Names.checked(kind, name, LONGEST);
    if (name.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          kind
              + " name must not hold a slash, which parts the ids of predictions: '"
              + Names.shown(name)
              + "'");
    }
    return name;
  }

  /** The id of a row in the prediction log. */
  String prediction(String id) {
    return job + "/" + run + "/" + id;
  }

  String lease() {
    return "scoring/" + job + "/" + run;
  }

  @Override
  public String toString() {
    return "run '" + run + "' of scoring '" + job + "'";
  }
}
