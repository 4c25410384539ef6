package dev.mlops.retraining;

/** How a {@link Challenge} ended. */
public sealed interface ChallengeVerdict {

  /**
   * Returns the numbers.
   *
   * @return the metric of both, the p-values, their limit, the sizes and the method
   */
  ChallengeEvidence evidence();

  /**
   * Returns the verdict in words.
   *
   * @return one sentence
   */
  String sentence();

  /**
   * The challenger is better than the champion by what was asked.
   *
   * @param evidence the numbers
   */
  record ChallengerWins(ChallengeEvidence evidence) implements ChallengeVerdict {
    @Override
    public String sentence() {
      return evidence.sentence("the challenger wins", evidence.pBetter());
    }
  }

  /**
   * The challenger is not as good as was asked.
   *
   * @param evidence the numbers
   */
  record ChampionStays(ChallengeEvidence evidence) implements ChallengeVerdict {
    @Override
    public String sentence() {
      return evidence.sentence("the champion stays", evidence.pWorse());
    }
  }

  /**
   * These rows cannot tell; the champion stays for now.
   *
   * @param evidence the numbers
   * @param shortage what is missing
   */
  record NotEnoughEvidence(ChallengeEvidence evidence, String shortage)
      implements ChallengeVerdict {
    @Override
    public String sentence() {
      return evidence.sentence("not enough evidence, " + shortage, evidence.pBetter());
    }
  }
}
