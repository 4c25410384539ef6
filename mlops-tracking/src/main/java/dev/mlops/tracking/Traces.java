package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/**
 * Turns an exception into what a database keeps of it; never fails, whatever the exception holds.
 */
final class Traces {

  private static final int LONGEST = 32_768;

  private Traces() {}

  static RunView.Failure of(Throwable thrown) {
    String message = message(thrown);
    return new RunView.Failure(
        thrown.getClass().getName(),
        message == null ? null : storable(message),
        storable(trace(thrown)));
  }

  private static @Nullable String message(Throwable thrown) {
    try {
      return thrown.getMessage();
    } catch (RuntimeException broken) {
      return "(its getMessage() threw " + broken.getClass().getName() + ")";
    }
  }

  private static String trace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    try {
      thrown.printStackTrace(new PrintWriter(trace));
    } catch (RuntimeException broken) {
      trace.write("(its printStackTrace() threw " + broken.getClass().getName() + ")");
    }
    return trace.toString();
  }

  private static String storable(String text) {
    String cut = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    return new String(cut.getBytes(UTF_8), UTF_8).replace('\0', '\uFFFD');
  }
}
