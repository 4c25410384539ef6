package dev.mlops;

import dev.mlops.error.StorageException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a workspace closes, the newest first. One part that fails does not keep the others open, and
 * a part may be taken back by another thread while the rest is being closed.
 */
final class OwnedParts {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Map<String, AutoCloseable> single = new HashMap<>();
  private final ReentrantLock closing = new ReentrantLock();
  private boolean closed;

  void push(AutoCloseable part) {
    synchronized (parts) {
      if (closed) {
        throw new IllegalStateException("the workspace is closed");
      }
      parts.push(part);
    }
  }

  /** Takes a part of which there is one at most. */
  void pushOnly(String what, AutoCloseable part) {
    synchronized (parts) {
      if (single.containsKey(what)) {
        throw new IllegalStateException(
            "this workspace has an open "
                + what
                + " already; use that one, or close it before you open another");
      }
      push(part);
      single.put(what, part);
    }
  }

  void remove(AutoCloseable part) {
    synchronized (parts) {
      single.values().removeIf(known -> known == part);
      parts.removeIf(known -> known == part);
    }
  }

  private @Nullable AutoCloseable next() {
    synchronized (parts) {
      closed = parts.isEmpty();
      return parts.poll();
    }
  }

  /** Closes all parts and then throws what the first that failed threw. */
  void closeAll() {
    closing.lock();
    try {
      RuntimeException failure = null;
      for (AutoCloseable part = next(); part != null; part = next()) {
        failure = closed(part, failure);
      }
      if (failure != null) {
        throw failure;
      }
    } finally {
      closing.unlock();
    }
  }

  private static @Nullable RuntimeException closed(
      AutoCloseable part, @Nullable RuntimeException before) {
    RuntimeException failure;
    try {
      part.close();
      return before;
    } catch (RuntimeException e) {
      failure = e;
    } catch (Exception | Error e) {
      failure = new StorageException("cannot close the workspace: " + e.getMessage(), e);
    }
    if (before == null) {
      return failure;
    }
    before.addSuppressed(failure);
    return before;
  }
}
