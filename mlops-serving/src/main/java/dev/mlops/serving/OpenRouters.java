package dev.mlops.serving;

import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The names of the routers that are open on each workspace of this process. Two of one name would
 * tell their rollouts apart nowhere: not in the journal, not in the log, not in a certificate.
 */
final class OpenRouters {

  private static final Map<Workspace, Set<String>> NAMES = new WeakHashMap<>();

  private OpenRouters() {}

  static void claim(Workspace workspace, String name) {
    synchronized (NAMES) {
      if (!NAMES.computeIfAbsent(workspace, unused -> new HashSet<>()).add(name)) {
        throw new ConflictException(
            "a router '%s' is open on this workspace; close it first, or name this one otherwise. A model is exchanged by replace(...)"
                .formatted(name));
      }
    }
  }

  static void release(Workspace workspace, String name) {
    synchronized (NAMES) {
      Set<String> names = NAMES.get(workspace);
      if (names != null) {
        names.remove(name);
      }
    }
  }
}
