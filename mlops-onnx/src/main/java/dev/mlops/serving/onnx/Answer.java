package dev.mlops.serving.onnx;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import java.util.List;
import java.util.Map;

/**
 * What a model answered to one row. Immutable and safe for use by many threads; nothing native is
 * behind it. A method that reads a part that the model does not have says what it has.
 */
public final class Answer {

  private final Answers answers;
  private final int row;

  Answer(Answers answers, int row) {
    this.answers = answers;
    this.row = row;
  }

  /**
   * Returns the class that the model chose: the output named {@code label} or {@code output_label},
   * else the only one of texts or whole numbers.
   *
   * @return the text, or the whole number as text
   * @throws InvalidInputException if there is no such output, or it has several labels for a row
   */
  public String label() {
    return answers.label(row);
  }

  /**
   * Returns the number of each class, as the model gives it: the {@link #scores()} by class. The
   * classes are those of a map of the model, else those that the graph notes, else those of {@link
   * OnnxOptions#classes}.
   *
   * @return by the name of the class, whole numbers as text, in the model's order; unmodifiable
   * @throws InvalidInputException if there are no scores, or their classes are not known
   */
  public Map<String, Double> probabilities() {
    return answers.probabilities(row);
  }

  /**
   * Returns the number of one class.
   *
   * @param name the class, a whole number as text
   * @return its number among the {@link #probabilities()}
   * @throws NotFoundException if the model has no such class
   * @throws InvalidInputException if there are no scores, or their classes are not known
   */
  public double probability(String name) {
    requireNonNull(name, "name");
    Double probability = probabilities().get(name);
    if (probability == null) {
      throw new NotFoundException(
          "the model has no class '" + name + "'; found: " + probabilities().keySet());
    }
    return probability;
  }

  /**
   * Returns the model's numbers: those of the output that {@link OnnxOptions#output(String)} names,
   * else of {@code probabilities} or {@code output_probability}, else of the only output with
   * floating-point numbers, else of the only one with numbers.
   *
   * @return a new array in the model's order
   * @throws InvalidInputException if there is no such output, or it has several tensors for a row
   */
  public double[] scores() {
    return answers.scores(row);
  }

  /**
   * Returns what an output of one tensor has for this row.
   *
   * @param output its name
   * @return the tensor, without the size that counts rows
   * @throws NotFoundException if the model has no such output
   * @throws InvalidInputException if it is no tensor
   */
  public Tensor tensor(String output) {
    return answers.tensor(output, row);
  }

  /**
   * Returns what an output of several tensors has for this row.
   *
   * @param output its name
   * @return the tensors in the model's order, each without the size that counts rows
   * @throws NotFoundException if the model has no such output
   * @throws InvalidInputException if it is no sequence of tensors
   */
  public List<Tensor> tensors(String output) {
    return answers.tensors(output, row);
  }

  /** Returns all outputs in one line. */
  @Override
  public String toString() {
    return answers.line(row);
  }
}
