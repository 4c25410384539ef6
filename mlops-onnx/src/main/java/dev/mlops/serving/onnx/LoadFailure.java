package dev.mlops.serving.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import java.util.List;
import java.util.Locale;

/**
 * Says what ONNX Runtime said when it could not load a model, and what to do. The runtime knows one
 * kind of exception and a dozen codes, of which most failures have the same, so its words are what
 * there is to tell them apart; words that are not known here are passed on without a guess.
 */
final class LoadFailure {

  /** A phrase of the runtime, and the advice that belongs to it. */
  private record Known(String phrase, String advice) {}

  private static final List<Known> FAULTS_OF_THE_MODEL =
      List.of(
          new Known(
              "External data path",
              "the model keeps its weights in files beside it; load it by its path, from the directory that"
                  + " holds them, or save it as one file"),
          new Known(
              "only *guarantees* support for models stamped with official released onnx opset",
              "the model is written for a newer opset than this ONNX Runtime knows; export it with an older opset, or use a"
                  + " newer com.microsoft.onnxruntime:onnxruntime"),
          new Known(
              "Unsupported model IR version",
              "the model is written in a newer format than this ONNX Runtime knows; export it with an older IR version, or"
                  + " use a newer com.microsoft.onnxruntime:onnxruntime"),
          new Known(
              "is not a registered function/op",
              "the model uses an operator of a library that is not part of ONNX Runtime; export it with standard operators"),
          new Known(
              "No opset import for domain",
              "the model uses an operator of a domain that it does not declare; export it anew"),
          new Known(
              "Invalid ONNXType found",
              "the model takes or gives an optional value or a sparse tensor, which ONNX Runtime's Java side does not know;"
                  + " export it with tensors alone"),
          new Known(
              "No Op registered for",
              "the model uses an operator that its opset does not have; export it anew, or with another opset"));

  private static final List<Known> FAULTS_OF_THE_MACHINE =
      List.of(
          new Known(
              "construct locale",
              "this machine lacks a language that the model's texts need; install that locale"),
          new Known("bad_alloc", "this machine has too little memory for the model"),
          new Known("bad allocation", "this machine has too little memory for the model"),
          new Known(
              "Failed to allocate memory", "this machine has too little memory for the model"));

  private LoadFailure() {}

  static MlopsException of(OrtException e) {
    String said = said(e);
    if (e.getCode() == OrtErrorCode.ORT_INVALID_PROTOBUF
        || said.contains("byte array is zero length")) {
      return new InvalidInputException(
          "the bytes are no ONNX model; give the file that an export to ONNX wrote. ONNX Runtime said: "
              + said,
          e);
    }
    for (Known known : FAULTS_OF_THE_MACHINE) {
      if (contains(said, known)) {
        return new MlopsException(message(said, known.advice), e);
      }
    }
    for (Known known : FAULTS_OF_THE_MODEL) {
      if (contains(said, known)) {
        return new InvalidInputException(message(said, known.advice), e);
      }
    }
    return new InvalidInputException(
        "ONNX Runtime can't load the model; export it anew, or look at it with a tool that checks ONNX"
            + " files. It said: "
            + said,
        e);
  }

  private static boolean contains(String said, Known known) {
    return said.toLowerCase(Locale.ROOT).contains(known.phrase.toLowerCase(Locale.ROOT));
  }

  private static String message(String said, String advice) {
    return "ONNX Runtime can't load the model: %s. It said: %s".formatted(advice, said);
  }

  /** The runtime's words in one line, without the code that the Java side puts before them. */
  static String said(OrtException e) {
    String message = String.valueOf(e.getMessage());
    int words = message.indexOf(" - message: ");
    String said = words < 0 ? message : message.substring(words + " - message: ".length());
    String line = said.strip().replaceAll("\\s+", " ");
    // The place in the runtime's own source, and the function there, help nobody.
    int place = line.indexOf("/onnxruntime_src/");
    int end = place < 0 ? -1 : line.indexOf(") ", place);
    return end < 0 ? line : (line.substring(0, place) + " " + line.substring(end + 2)).strip();
  }
}
