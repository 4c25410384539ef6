package dev.mlops.architecture.offences.stats;

import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

final class Gambler {

  double call() {
    return Math.random();
  }

  Supplier<Random> reference() {
    return Random::new;
  }

  SplittableRandom split() {
    return new SplittableRandom();
  }

  int local() {
    return ThreadLocalRandom.current().nextInt();
  }

  int secure() {
    return new SecureRandom().nextInt();
  }

  void shuffle(List<String> cards) {
    Collections.shuffle(cards);
  }

  int lawful(List<String> cards, long seed) {
    Random random = new Random(seed);
    Collections.shuffle(cards, random);
    return random.nextInt();
  }
}
