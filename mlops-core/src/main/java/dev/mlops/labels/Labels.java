package dev.mlops.labels;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Dataset;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Takes the labels of a project's predictions, and tells everybody who waits for them.
 *
 * <pre>{@code
 * LabelReceipt receipt = workspace.labels().add("landings-2001-05-01", labels);
 * }</pre>
 *
 * <p>Labels and their receipt are durable together when {@link #add} returns; then the subscribers
 * of this process hear of them. This is an SPI: implementations must be safe for use by many
 * threads.
 */
public interface Labels {

  /**
   * Adds labels under a receipt with a random id.
   *
   * @param labels any number of them
   * @return what became of them
   * @throws dev.mlops.error.InvalidInputException as {@link #add(String, List)} does
   * @throws dev.mlops.error.StorageException as {@link #add(String, List)} does
   */
  @CanIgnoreReturnValue
  default LabelReceipt add(List<? extends Label> labels) {
    requireNonNull(labels, "labels");
    return add(UUID.randomUUID().toString(), labels);
  }

  /**
   * Adds labels under a receipt, so that they may be sent again: the second time nothing is added,
   * and the first receipt comes back with {@link LabelReceipt#again()}.
   *
   * <p>The label of a prediction that is not logged yet waits for it. Where labels of one
   * prediction contradict each other the latest by time holds, the one given last if the times are
   * equal; earlier ones are still read by {@code labelledBefore}.
   *
   * @param receipt names what is added, such as the name of a file; 1 to 250 characters
   * @param labels any number of them
   * @return what became of them
   * @throws dev.mlops.error.InvalidInputException if an id has more than 250 characters or a text
   *     more than 1,048,576, or one holds a character that no database keeps; nothing is added
   * @throws dev.mlops.error.ConflictException if other labels were added under this receipt
   * @throws dev.mlops.error.StorageException if they cannot be kept; nothing is added
   */
  @CanIgnoreReturnValue
  LabelReceipt add(String receipt, List<? extends Label> labels);

  /**
   * Has a listener hear of labels that are added here from now on; {@link #hearOthers} is for those
   * that other processes add. What it throws is logged, and keeps no other from hearing.
   *
   * @param listener hears once for each call of {@link #add} that added something
   * @return ends the subscription when it is run
   */
  Runnable subscribe(LabelListener listener);

  /**
   * Returns the position of now, from which {@link #hearOthers} hears what is added later.
   *
   * @return the number of the project's last receipt; 0 if there is none
   * @throws dev.mlops.error.StorageException if it cannot be read
   */
  long position();

  /**
   * Has a listener hear of labels that others have added behind a position: other processes, and
   * other logs of this process. Those that were added here its subscribers have heard of.
   *
   * <p>Nothing ever appears behind a position that was passed, so who asks again and again, each
   * time from the position of the last time, hears of every receipt once. What the listener throws
   * is logged, and keeps it from no other receipt.
   *
   * @param position of the last time, or {@link #position()}
   * @param listener hears once for each receipt with labels, in the order in which they were added;
   *     on this thread
   * @return the position to ask from the next time
   * @throws dev.mlops.error.StorageException if they cannot be read; those that were told before
   *     are told again if the same position is given again
   */
  long hearOthers(long position, LabelListener listener);

  /**
   * Reads labels as they were added, those that changed nothing too.
   *
   * @param from the least time of a label, included
   * @param to the greatest time, excluded
   * @return in the order in which they were added; the columns are {@code receipt}, {@code
   *     prediction_id} (STRING), {@code model} (STRING, null while its prediction is not logged),
   *     {@code predicted} (INSTANT, null likewise), {@code time} (INSTANT), {@code label} (FLOAT64,
   *     null for a text), {@code label_text} (STRING, null for a number) and {@code kind} (STRING:
   *     {@code first}, {@code repeated} or {@code corrected})
   * @throws dev.mlops.error.StorageException if they cannot be read
   */
  Dataset list(Instant from, Instant to);
}
