package dev.mlops.serving.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.mlops.error.BackgroundThread;
import dev.mlops.error.MlopsException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The one environment of ONNX Runtime in this process, made on a thread with a large stack and with
 * telemetry switched off.
 *
 * <p>The large stack is no luxury: while it makes its environment, ONNX Runtime 1.29 matches the
 * command line of the process against regular expressions that recurse for each character. A class
 * path of some four thousand characters overflows the megabyte of a Java thread, and the process
 * dies without a word (seen here; https://github.com/vespa-engine/vespa/pull/37786). The stack is
 * reserved, not used, and given back when the thread ends.
 */
final class NativeRuntime {

  private static final long STACK_BYTES = 512L << 20;

  private static @Nullable OrtEnvironment started;

  private NativeRuntime() {}

  /** Starts the runtime at the first call; a call after one that failed tries again. */
  static synchronized OrtEnvironment environment() {
    if (started == null) {
      started = start();
    }
    return started;
  }

  private static OrtEnvironment start() {
    FutureTask<OrtEnvironment> making = new FutureTask<>(NativeRuntime::withoutTelemetry);
    Thread thread = BackgroundThread.of("mlops-onnx-start", STACK_BYTES, making);
    thread.start();
    boolean interrupted = false;
    while (true) {
      try {
        OrtEnvironment environment = making.get();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        return environment;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw new MlopsException(
            "ONNX Runtime can't start on %s %s: %s"
                .formatted(
                    System.getProperty("os.name"), System.getProperty("os.arch"), e.getCause()),
            e);
      }
    }
  }

  private static OrtEnvironment withoutTelemetry() throws OrtException {
    NativeLibrary unpacked = NativeLibrary.unpack();
    try {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      environment.setTelemetry(false);
      return environment;
    } finally {
      unpacked.remove();
    }
  }
}
