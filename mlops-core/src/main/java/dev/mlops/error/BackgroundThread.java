package dev.mlops.error;

import static java.util.Objects.requireNonNull;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the threads of the library: each has a name, does not keep the process alive, and does not
 * end by an exception without a word in the application's log.
 *
 * <p>Work on which others rely catches everything itself, Errors too, counts it and goes on; the
 * word is for what it has missed.
 */
public final class BackgroundThread {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundThread.class);
  private static final long DEFAULT_STACK = 0;

  private BackgroundThread() {}

  /**
   * Makes a thread, to be started by the caller.
   *
   * @param name begins with {@code mlops-}
   * @param work what it does
   * @return the thread
   */
  public static Thread of(String name, Runnable work) {
    requireNonNull(work, "work");
    requireNonNull(name, "name");
    return of(name, DEFAULT_STACK, work);
  }

  /**
   * Makes a thread with a stack of its own size, to be started by the caller.
   *
   * @param name begins with {@code mlops-}
   * @param stackBytes the size that is wished for; 0 for the usual one
   * @param work what it does
   * @return the thread
   */
  public static Thread of(String name, long stackBytes, Runnable work) {
    requireNonNull(work, "work");
    requireNonNull(name, "name");
    Thread thread = new Thread(null, work, name, stackBytes);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(BackgroundThread::tell);
    return thread;
  }

  private static void tell(Thread thread, Throwable failure) {
    LOG.error("thread '{}' has ended by what it did not catch", thread.getName(), failure);
  }
}
