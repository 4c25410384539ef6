package dev.mlops.tracking;

import java.io.Flushable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line that tells how far the open runs are, rewritten in place once a second, and a line of
 * its own for each run that ends.
 *
 * <p>A thread of its own writes: a terminal may block for as long as it likes, and neither the
 * trainings nor what they record wait for it. Only the end of a run does, for a second at most.
 */
final class Progress {

  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
  private static final int WIDTH = 100;
  private static final String CUT = "...";

  private final Appendable out;
  private final Ticker ticker;
  private final List<RunProgress> runs = new ArrayList<>();
  private final ReentrantLock writing = new ReentrantLock();
  private @Nullable Runnable stop;
  private int shown;
  private boolean broken;

  Progress(Appendable out, Ticker ticker) {
    this.out = out;
    this.ticker = ticker;
  }

  synchronized void begin(RunProgress run) {
    runs.add(run);
    if (stop == null) {
      stop = ticker.repeat(this::second);
    }
  }

  private void second() {
    List<RunProgress> open = open();
    if (!open.isEmpty()) {
      write(open.stream().map(RunProgress::line).collect(Collectors.joining(" | ")), false);
    }
  }

  private synchronized List<RunProgress> open() {
    return List.copyOf(runs);
  }

  /**
   * Writes how a run ended; done again, it changes nothing.
   *
   * @param how such as {@code finished}
   */
  void end(RunProgress run, String how) {
    if (remove(run)) {
      write(run.line() + ", " + how, true);
    }
  }

  private synchronized boolean remove(RunProgress run) {
    boolean removed = runs.remove(run);
    if (runs.isEmpty() && stop != null) {
      stop.run();
      stop = null;
    }
    return removed;
  }

  /** Shorter than a line of a terminal, as one that is broken cannot be rewritten. */
  private void write(String text, boolean last) {
    try {
      if (!writing.tryLock(1, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      rewrite(last ? text : cut(text), last);
    } finally {
      writing.unlock();
    }
  }

  private void rewrite(String line, boolean last) {
    if (broken) {
      return;
    }
    try {
      out.append("\r" + line + " ".repeat(Math.max(0, shown - line.length())) + (last ? "\n" : ""));
      if (out instanceof Flushable buffered) {
        buffered.flush();
      }
      shown = last ? 0 : line.length();
    } catch (IOException | RuntimeException e) {
      broken = true;
      LOG.warn("the progress of runs could not be written, and is not shown any more", e);
    }
  }

  static String cut(String text) {
    if (text.length() <= WIDTH) {
      return text;
    }
    int end = WIDTH - CUT.length();
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + CUT;
  }

  @Override
  public String toString() {
    return "the progress of runs";
  }
}
