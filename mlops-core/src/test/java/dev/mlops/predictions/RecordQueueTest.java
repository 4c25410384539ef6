package dev.mlops.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RecordQueueTest {
  private static final int GIVERS = 4;
  private static final int EACH = 5_000;

  private final RecordQueue queue = new RecordQueue(5, 100, Thread.currentThread());

  private static PredictionRecord record(long number) {
    return PredictionRecord.builder()
        .id(IdSeries.of("p-"), number)
        .model("m")
        .version(1)
        .time(Instant.EPOCH)
        .build();
  }

  @Test
  void holds_as_many_as_may_wait_and_gives_them_back_in_order() {
    for (int round = 0; round < 10; round++) {
      List<PredictionRecord> records = IntStream.range(0, 5).mapToObj(i -> record(i)).toList();
      assertThat(records).allMatch(queue::offer);
      assertThat(queue.offer(record(5))).isFalse();
      List<PredictionRecord> polled = new ArrayList<>();
      records.forEach(unused -> polled.add(queue.poll()));
      assertThat(polled).isEqualTo(records);
      assertThat(queue.poll()).isNull();
    }
    assertThat(queue.given()).isEqualTo(50).isEqualTo(queue.taken());
  }

  @Test
  void takes_nothing_once_it_is_closed_and_keeps_what_it_has() {
    assertThat(queue.offer(record(0))).isTrue();
    queue.close();
    queue.close();
    assertThat(queue.isClosed()).isTrue();
    assertThat(queue.offer(record(1))).isFalse();
    assertThat(queue.given()).isEqualTo(1);
    assertThat(queue.poll()).isNotNull();
    assertThat(queue.poll()).isNull();
  }

  @Test
  @Timeout(10)
  void does_not_sleep_while_there_is_a_record_nor_when_it_is_interrupted() {
    assertThat(queue.offer(record(0))).isTrue();
    queue.sleep();
    assertThat(queue.poll()).isNotNull();
    queue.wake();
    queue.sleep();
    Thread.currentThread().interrupt();
    queue.sleep();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  /** The writer sleeps without end whenever it finds nothing: a giver that misses it ends here. */
  @Test
  @Timeout(60)
  void loses_no_record_of_many_threads_and_wakes_a_writer_that_sleeps() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(GIVERS);
    long[] last = new long[GIVERS];
    try {
      List<Future<?>> givers = new ArrayList<>();
      for (int giver = 0; giver < GIVERS; giver++) {
        long first = (long) giver * EACH;
        givers.add(
            threads.submit(
                () -> {
                  for (long number = first; number < first + EACH; number++) {
                    PredictionRecord record = record(number);
                    while (!queue.offer(record)) {
                      Thread.onSpinWait();
                    }
                  }
                }));
      }
      for (int taken = 0; taken < GIVERS * EACH; ) {
        PredictionRecord record = queue.poll();
        if (record == null) {
          queue.sleep();
        } else {
          long number = Long.parseLong(record.id().substring(2), 36);
          int giver = (int) (number / EACH);
          assertThat(number).isEqualTo((long) giver * EACH + last[giver]++);
          taken++;
        }
      }
      for (Future<?> giver : givers) {
        giver.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(last).containsOnly(EACH);
    assertThat(queue.given()).isEqualTo((long) GIVERS * EACH);
  }
}
