package dev.mlops.journal;

import dev.mlops.data.Digest;

/** The last event of the chain: its id and its hash. */
record Head(long event, Digest hash) {
  static final Head EMPTY = new Head(0, new Digest("0".repeat(64)));
}
