package dev.mlops.report;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.error.Plural;
import dev.mlops.stats.Histogram;
import java.util.Arrays;
import java.util.StringJoiner;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * How values are distributed: a bar for each bin, whose height is the bin's share of all values, or
 * that share divided by the bin's width if the bins are not equally wide.
 *
 * <p>Built by one thread; it is drawn when it is added to a report or asked for its SVG.
 */
public final class HistogramChart implements Chart {
  private final String title;
  private final HistogramBars bars;
  private @Nullable String name;
  private Unit unit = Unit.number();

  /**
   * Values that are in no bin.
   *
   * @param below the share of values below the bins
   * @param least the least value
   * @param above the share of values above the bins
   * @param greatest the greatest value
   * @param missing how many values are missing
   */
  record Outside(double below, double least, double above, double greatest, long missing) {
    static final Outside NOTHING = new Outside(0, 0, 0, 0, 0);

    String note(Unit unit) {
      StringJoiner notes = new StringJoiner("; ");
      if (below > 0) {
        notes.add(InWords.percent(below) + " of values lie below, down to " + unit.text(least));
      }
      if (above > 0) {
        notes.add(InWords.percent(above) + " of values lie above, up to " + unit.text(greatest));
      }
      if (missing > 0) {
        notes.add(Plural.of(missing, "missing value") + " not shown");
      }
      return notes.toString();
    }
  }

  private HistogramChart(String title, HistogramBars bars) {
    this.title = requireNonNull(title, "title");
    this.bars = bars;
  }

  /**
   * Shows a histogram in about forty bins with round edges. If single values lie far from all
   * others, the bins hold the 99 % in the middle, and a note says what lies outside.
   *
   * @param title what it shows
   * @param histogram the values; missing ones are counted in a note
   * @return the chart
   */
  public static HistogramChart of(String title, Histogram histogram) {
    requireNonNull(histogram, "histogram");
    return new HistogramChart(title, RoundBins.of(histogram));
  }

  /**
   * Shows counts between edges.
   *
   * @param title what it shows
   * @param edges finite edges, strictly ascending
   * @param counts how many values lie between an edge and the next, at least 0; one fewer than
   *     edges
   * @return the chart
   * @throws IllegalArgumentException if the edges do not rise or are not one more than the counts,
   *     or a count is negative
   */
  public static HistogramChart of(String title, double[] edges, long[] counts) {
    requireNonNull(edges, "edges");
    requireNonNull(counts, "counts");
    if (edges.length != counts.length + 1) {
      throw new IllegalArgumentException(
          "there must be one edge more than counts: "
              + edges.length
              + " edges and "
              + counts.length
              + " counts");
    }
    for (int i = 0; i < edges.length; i++) {
      if (!Double.isFinite(edges[i]) || (i > 0 && !(edges[i] > edges[i - 1]))) {
        throw new IllegalArgumentException(
            "edge " + i + " must be finite and above the one before: " + Exactly.number(edges[i]));
      }
    }
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] < 0) {
        throw new IllegalArgumentException("count " + i + " must not be negative: " + counts[i]);
      }
    }
    double all = LongStream.of(counts).asDoubleStream().sum();
    double[] shares =
        LongStream.of(counts).mapToDouble(count -> all == 0 ? 0 : count / all).toArray();
    HistogramBars bars = new HistogramBars(edges.clone(), shares, Outside.NOTHING);
    return new HistogramChart(title, all == 0 ? HistogramBars.none(Outside.NOTHING) : bars);
  }

  /**
   * Names the values.
   *
   * @param name the name of the level axis
   * @param unit its unit; plain numbers if it is not set
   * @return this
   * @throws IllegalStateException if it was set before
   */
  @CanIgnoreReturnValue
  public HistogramChart x(String name, Unit unit) {
    requireNonNull(name, "name");
    this.name = Once.set("x", this.name, name);
    this.unit = requireNonNull(unit, "unit");
    return this;
  }

  @Override
  public String svg() {
    return Drawing.alone(this);
  }

  Drawing draw(Frame frame) {
    Canvas canvas = new Canvas(frame, title);
    String note = bars.outside().note(unit);
    if (bars.shares().length == 0) {
      canvas.nothing(note.isEmpty() ? "no values" : "no values; " + note);
      return new Drawing(canvas, "A histogram of no values.");
    }
    HistogramPlot.draw(canvas, bars, unit, name == null ? "" : name);
    if (!note.isEmpty()) {
      canvas.note(note);
    }
    return new Drawing(canvas, HistogramPlot.description(bars, unit));
  }

  @Override
  public String toString() {
    return "histogram chart '" + title + "' of bins " + Arrays.toString(bars.edges());
  }
}
