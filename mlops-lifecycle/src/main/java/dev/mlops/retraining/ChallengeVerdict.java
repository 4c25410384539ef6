package dev.mlops.retraining;

import dev.mlops.error.Plural;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.OptionalLong;

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
   * @param moreRows roughly how many more rows it takes if the difference stays as it is; empty if
   *     no number of rows would tell such models apart, or nobody can say
   */
  record NotEnoughEvidence(ChallengeEvidence evidence, String shortage, OptionalLong moreRows)
      implements ChallengeVerdict {
    @Override
    public String sentence() {
      String more =
          moreRows.isPresent()
              ? ", it may take "
                  + rough(moreRows.getAsLong())
                  + Plural.words(moreRows.getAsLong(), " more row", " more rows")
              : ", and nobody can say how many rows it takes";
      return evidence.sentence("not enough evidence, " + shortage + more, evidence.pBetter());
    }

    /** Two digits: it is an estimate. */
    private static String rough(long rows) {
      return new BigDecimal(rows).round(new MathContext(2)).toPlainString();
    }
  }
}
