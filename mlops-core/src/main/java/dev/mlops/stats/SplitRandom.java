package dev.mlops.stats;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * Chance that can be replayed: a seeded generator that splits into independent ones.
 *
 * <p>Fold 3 of a cross-validation or row 17 of a simulation gets its own generator by {@link
 * #split(long)} or {@link #split(String)}: what it draws then depends on the seed and the name
 * alone, not on how much the others drew before or on which thread.
 *
 * <p>The bits of {@link #nextLong()}, {@link #nextDouble()}, {@link #nextInt(int)} and {@link
 * #nextGaussian()} are pinned: they stay the same on every machine and in every later version. Not
 * thread-safe; split one per thread. Not for secrets.
 *
 * <p>Source: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators",
 * OOPSLA 2014 (SplitMix64).
 */
public final class SplitRandom implements RandomGenerator {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  private final long seed;
  private long state;

  private SplitRandom(long seed) {
    this.seed = seed;
    this.state = seed;
  }

  /**
   * Returns the generator of a seed.
   *
   * @param seed any number
   * @return a new generator at its start
   */
  public static SplitRandom seeded(long seed) {
    return new SplitRandom(seed);
  }

  /**
   * Returns the generator that this one's seed and a number name, leaving this one untouched.
   *
   * @param key the number, such as a row or a fold
   * @return a new generator, the same however much this one has drawn
   */
  public SplitRandom split(long key) {
    return new SplitRandom(mix(mix(seed + GOLDEN_GAMMA) + key));
  }

  /**
   * Returns the generator that this one's seed and a name give, leaving this one untouched.
   *
   * @param name the name, such as that of a step
   * @return a new generator, the same however much this one has drawn
   */
  public SplitRandom split(String name) {
    requireNonNull(name, "name");
    long hash = FNV_OFFSET;
    for (byte part : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (part & 0xFF)) * FNV_PRIME;
    }
    return split(hash);
  }

  @Override
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  @Override
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** {@inheritDoc} Unbiased: the few draws that would favour small numbers are drawn again. */
  @Override
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound must be positive: " + bound);
    }
    long draw = nextLong() >>> 1;
    long rest = draw % bound;
    while (draw - rest + (bound - 1) < 0) {
      draw = nextLong() >>> 1;
      rest = draw % bound;
    }
    return (int) rest;
  }

  /** {@inheritDoc} By Marsaglia's polar method; every pair's second deviate is let go. */
  @Override
  public double nextGaussian() {
    double x;
    double square;
    do {
      x = 2 * nextDouble() - 1;
      double y = 2 * nextDouble() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square == 0);
    return x * StrictMath.sqrt(-2 * StrictMath.log(square) / square);
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  @Override
  public String toString() {
    return "random numbers of seed " + seed;
  }
}
