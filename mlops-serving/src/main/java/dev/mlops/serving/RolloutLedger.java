package dev.mlops.serving;

import dev.mlops.data.Digest;
import dev.mlops.rollout.Certificate.Transition;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.Verdict;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where the entries of one rollout become durable, in one order for all processes that take part.
 */
interface RolloutLedger {

  /**
   * What is durable.
   *
   * @param record what follows from the entries
   * @param number how many entries there are
   */
  record Durable(RolloutRecord record, long number) {}

  /** An entry of this process with its number among its own, from 0 without a gap. */
  record Own(long sequence, RolloutEntry entry) {}

  /**
   * A transition that became durable.
   *
   * @param sentence the evidence in words
   * @param certificate the digest of the certificate at that moment
   */
  record Told(Transition transition, String sentence, Digest certificate) {}

  /**
   * What came of an exchange.
   *
   * @param durable what is durable now
   * @param told the transitions since, of every process
   */
  record Exchanged(Durable durable, List<Told> told) {}

  /**
   * Adds entries of this process behind those of others, and reads theirs. Those that can't be
   * added any more are left out: ticks of a rollout that is over, and acts that it does not allow.
   *
   * @param known what this process knows to be durable; left as it is
   * @param own in the order of their numbers; one that is durable already is not added again
   * @param labels what is known of labels, for the sentences
   * @return what is durable now
   * @throws dev.mlops.error.StorageException if that can't be told; then some of it may be durable
   */
  Exchanged exchange(Durable known, List<Own> own, Supplier<Verdict.Labels> labels);

  /** The number of the rollout in the database. */
  long id();

  /** The units that other processes have counted for a guard in a step. */
  UnitSet others(int guard, int step);
}
