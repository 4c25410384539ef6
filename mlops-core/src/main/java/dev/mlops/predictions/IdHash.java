package dev.mlops.predictions;

/**
 * The hash of an id as it is stored with a segment: 64-bit FNV-1a over the characters, finished by
 * the mixer of MurmurHash3. It is stored, so it never changes.
 *
 * <p>Equal hashes are compared by their ids, so a collision costs time and nothing else. Sources:
 * Fowler, Noll, Vo, "The FNV Non-Cryptographic Hash Algorithm"; Appleby, MurmurHash3, {@code
 * fmix64}.
 */
final class IdHash {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private IdHash() {}

  static long of(String id) {
    long hash = OFFSET;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * PRIME;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}
