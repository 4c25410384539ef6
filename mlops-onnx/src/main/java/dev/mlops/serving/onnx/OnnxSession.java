package dev.mlops.serving.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.mlops.error.MlopsException;
import org.jspecify.annotations.Nullable;

/**
 * Everything native of one model: opened together, used only between enter and leave, closed once
 * and after the last run.
 */
final class OnnxSession implements AutoCloseable {

  private final OrtEnvironment environment;
  private final OrtSession.SessionOptions settings;
  private final OrtSession session;
  private final OnnxSignature signature;
  private final InFlight inFlight = new InFlight();

  private OnnxSession(
      OrtEnvironment environment,
      OrtSession.SessionOptions settings,
      OrtSession session,
      OnnxSignature signature) {
    this.environment = environment;
    this.settings = settings;
    this.session = session;
    this.signature = signature;
  }

  /** What is done with a session while it cannot be closed. */
  @FunctionalInterface
  interface Task<T> {
    T run(OrtEnvironment environment, OrtSession session) throws OrtException;
  }

  static OnnxSession open(ModelBytes model, OnnxOptions options) {
    OrtEnvironment environment = NativeRuntime.environment();
    OrtSession.SessionOptions settings = new OrtSession.SessionOptions();
    OrtSession session = null;
    try {
      settings.setIntraOpNumThreads(options.threads());
      settings.setInterOpNumThreads(1);
      // Failures come as exceptions; the runtime shall not write to the standard error beside them.
      settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      session = model.session(environment, settings);
      return new OnnxSession(environment, settings, session, SignatureReader.read(session));
    } catch (OrtException e) {
      closeQuietly(session, settings);
      throw LoadFailure.of(e);
    } catch (RuntimeException | Error e) {
      closeQuietly(session, settings);
      throw e;
    }
  }

  OnnxSignature signature() {
    return signature;
  }

  /** Runs a task, which closes what it makes, unless the session is closed. */
  <T> T run(Task<T> task) {
    if (!inFlight.enter()) {
      throw new IllegalStateException("the ONNX model is closed");
    }
    try {
      return task.run(environment, session);
    } catch (OrtException e) {
      throw new MlopsException("running the ONNX model failed: " + LoadFailure.said(e), e);
    } finally {
      inFlight.leave();
    }
  }

  @Override
  public void close() {
    if (inFlight.beginClosing()) {
      inFlight.awaitEmpty();
      closeQuietly(session, settings);
    }
  }

  /** The settings must outlive the session. */
  private static void closeQuietly(
      @Nullable OrtSession session, OrtSession.SessionOptions settings) {
    try (settings) {
      if (session != null) {
        session.close();
      }
    } catch (OrtException e) {
      throw new MlopsException("closing the ONNX model failed: " + LoadFailure.said(e), e);
    }
  }
}
