package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BatchesTest {

  private static final Schema SCHEMA = Schema.of(Field.of("a", DataType.INT64));

  private static Dataset numbers(long... values) {
    return Dataset.of(SCHEMA, List.of(Column.longs(values)));
  }

  private static List<Dataset> list(Batches batches) {
    List<Dataset> all = new ArrayList<>();
    batches.forEach(all::add);
    return all;
  }

  /** Counts how often it is closed, and fails where it is told to. */
  private static final class Source implements Iterator<Dataset>, AutoCloseable {
    private final Iterator<Dataset> rows;
    private int closed;

    Source(Dataset... rows) {
      this.rows = List.of(rows).iterator();
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public Dataset next() {
      return rows.next();
    }

    @Override
    public void close() {
      closed++;
    }
  }

  @Property(tries = 200)
  void give_back_the_rows_of_a_dataset_in_any_split(@ForAll long seed) {
    Dataset dataset = new RandomTables(seed).dataset();
    Batches batches = Splits.of(dataset, seed);
    assertThat(batches.toDataset(dataset.rowCount()).digest()).isEqualTo(dataset.digest());
    assertThat(batches.toDataset(Integer.MAX_VALUE).digest()).isEqualTo(dataset.digest());
  }

  @Property(tries = 200)
  void have_the_digest_of_the_dataset_in_any_split(@ForAll long seed) {
    Dataset dataset = new RandomTables(seed).dataset();
    List<Digest> digests = new ArrayList<>();
    Batches batches = Splits.of(dataset, seed).digested(digests::add);
    batches.forEach(batch -> {});
    assertThat(digests).containsExactly(dataset.digest());
    if (batches.isRepeatable()) {
      assertThat(batches.toDataset(dataset.rowCount()).digest()).isEqualTo(dataset.digest());
      assertThat(digests).containsExactly(dataset.digest(), dataset.digest());
    }
  }

  @Test
  void have_no_digest_until_all_rows_have_passed() {
    List<Digest> digests = new ArrayList<>();
    Source source = new Source(numbers(1), numbers(2));
    Iterator<Dataset> rows = Batches.once(SCHEMA, source).digested(digests::add).iterator();
    rows.next();
    rows.next();
    assertThat(digests).isEmpty();
    assertThatThrownBy(rows::next).isInstanceOf(NoSuchElementException.class);
    assertThat(rows.hasNext()).isFalse();
    assertThat(digests).containsExactly(numbers(1, 2).digest());
    assertThat(source.closed).isEqualTo(1);

    Batches broken = Batches.of(SCHEMA, List.of(numbers(1), numbers(2)));
    Batches failing =
        broken.map(
            SCHEMA,
            batch -> {
              if (Long.valueOf(2).equals(batch.column("a").value(0))) {
                throw new IllegalStateException("the cable is out");
              }
              return batch;
            });
    assertThatThrownBy(() -> failing.digested(digests::add).forEach(batch -> {}))
        .hasMessage("the cable is out");
    assertThat(digests).hasSize(1);
  }

  @Test
  void are_iterated_as_often_as_one_likes_where_the_source_can_be() {
    Batches batches = Batches.of(SCHEMA, List.of(numbers(1, 2), numbers(), numbers(3)));
    assertThat(batches.isRepeatable()).isTrue();
    for (int time = 0; time < 2; time++) {
      assertThat(list(batches)).extracting(Dataset::rowCount).containsExactly(2, 0, 1);
    }
    assertThat(batches).hasToString("batches of datasets in memory with 'a INT64'");
  }

  @Test
  void may_be_changed_as_they_pass_and_are_closed_with_what_they_come_from() {
    Source source = new Source(numbers(1, 2), numbers(3));
    Batches once = Batches.once(SCHEMA, source);
    Batches renamed =
        once.map(Schema.of(Field.of("b", DataType.INT64)), batch -> batch.head(1).rename("a", "b"));

    assertThat(renamed.isRepeatable()).isFalse();
    assertThat(list(renamed)).extracting(batch -> batch.longs("b").get(0)).containsExactly(1L, 3L);
    assertThat(source.closed).isEqualTo(1);
    assertThatThrownBy(
            () -> Batches.of(numbers(1)).map(SCHEMA, b -> b.rename("a", "b")).toDataset(9))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void of_one_time_refuse_a_second_iteration() {
    Batches batches = Batches.once(SCHEMA, List.of(numbers(1)).iterator());
    assertThat(batches.isRepeatable()).isFalse();
    assertThat(list(batches)).hasSize(1);
    assertThatThrownBy(batches::iterator)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "batches of an iterator with 'a INT64' can be iterated once, and have been; keep what"
                + " you need in that iteration, write them to a file with ArrowFile.write, or make"
                + " them of a source that can be read again");
  }

  @Test
  void of_a_function_are_made_for_each_iteration() {
    AtomicInteger asked = new AtomicInteger();
    Batches batches =
        Batches.of(
            SCHEMA,
            () ->
                IntStream.range(0, 3)
                    .mapToObj(i -> numbers(i, asked.incrementAndGet()))
                    .iterator());
    assertThat(batches.toDataset(10).longs("a").toArray()).containsExactly(0, 1, 1, 2, 2, 3);
    assertThat(batches.toDataset(10).longs("a").toArray()).containsExactly(0, 4, 1, 5, 2, 6);
  }

  @Nested
  class Every_batch {

    private void refused(Schema schema, Dataset second, String message) {
      Batches batches = Batches.once(schema, List.of(Dataset.empty(schema), second).iterator());
      Iterator<Dataset> iterator = batches.iterator();
      iterator.next();
      assertThatThrownBy(iterator::next)
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(message);
      assertThatThrownBy(iterator::hasNext).as("a failure is no end").hasMessage(message);
      assertThatThrownBy(() -> Batches.of(schema, List.of(Dataset.empty(schema), second)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(message);
    }

    @Test
    void has_the_types_of_the_schema() {
      refused(
          SCHEMA,
          Dataset.of(Schema.of(Field.of("a", DataType.STRING)), List.of(Column.strings("x"))),
          "batch 1: column 'a' is STRING, not INT64; the schema is 'a INT64'");
    }

    @Test
    void has_every_column_in_its_place_and_no_other() {
      refused(
          SCHEMA,
          numbers(1).rename("a", "b"),
          "batch 1: it has no column 'a', which is INT64; the schema is 'a INT64'");
      refused(
          SCHEMA,
          numbers(1).withColumn("b", Column.doubles(1)),
          "batch 1: column 'b' is FLOAT64, which the schema does not have; the schema is 'a"
              + " INT64'");
      Schema two = Schema.of(Field.of("a", DataType.INT64), Field.of("b", DataType.INT64));
      refused(
          two,
          Dataset.empty(two).select("b", "a"),
          "batch 1: column 'a' is at position 1, not 0; the schema is 'a INT64, b INT64'");
    }

    @Test
    void has_nulls_only_where_the_schema_allows_them() {
      Dataset withNull =
          Dataset.builder(Schema.of(Field.of("a", DataType.INT64).orNull()))
              .row((Object) null)
              .build();
      refused(
          SCHEMA,
          withNull,
          "batch 1: column 'a' has 1 null, but its field is not nullable; the schema is 'a"
              + " INT64'");
    }

    @Test
    void is_given_the_schemas_fields_where_only_nullability_differs() {
      Schema nullable = Schema.of(Field.of("a", DataType.INT64).orNull());
      assertThat(list(Batches.of(nullable, List.of(numbers(1)))).get(0).schema())
          .isEqualTo(nullable);
      Dataset looser = Dataset.of(nullable, List.of(Column.longs(1)));
      assertThat(list(Batches.of(SCHEMA, List.of(looser))).get(0).schema()).isEqualTo(SCHEMA);
    }
  }

  @Nested
  class What_an_iteration_holds {

    @Test
    void is_freed_at_its_end() {
      Source source = new Source(numbers(1), numbers(2));
      try (Batches batches = Batches.once(SCHEMA, source)) {
        Iterator<Dataset> iterator = batches.iterator();
        iterator.next();
        iterator.next();
        assertThat(source.closed).isZero();
        assertThat(iterator.hasNext()).isFalse();
        assertThat(source.closed).isEqualTo(1);
        assertThatThrownBy(iterator::next)
            .isInstanceOf(NoSuchElementException.class)
            .hasMessage("2 batches are all there are");
      }
      assertThat(source.closed).isEqualTo(1);
    }

    @Test
    void is_freed_when_it_fails() {
      Source source = new Source(numbers(1).rename("a", "b"));
      Batches batches = Batches.once(SCHEMA, source);
      assertThatThrownBy(() -> batches.iterator().next()).isInstanceOf(InvalidInputException.class);
      assertThat(source.closed).isEqualTo(1);
    }

    @Test
    void is_freed_by_an_error_too_which_every_call_throws_again() {
      Source source = new Source(numbers(1), numbers(2));
      Iterator<Dataset> batches =
          Batches.once(SCHEMA, source)
              .map(
                  SCHEMA,
                  batch -> {
                    throw new OutOfMemoryError("a batch too large");
                  })
              .iterator();
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(batches::next)
            .isInstanceOf(OutOfMemoryError.class)
            .hasMessage("a batch too large");
      }
      assertThat(source.closed).isEqualTo(1);
    }

    @Test
    void is_freed_by_close_when_it_was_left_half_way_or_never_begun() {
      List<Source> sources = new ArrayList<>();
      Batches batches =
          Batches.of(
              SCHEMA,
              () -> {
                sources.add(new Source(numbers(1), numbers(2)));
                return sources.get(sources.size() - 1);
              });
      Iterator<Dataset> first = batches.iterator();
      first.next();
      Iterator<Dataset> second = batches.iterator();
      batches.close();
      batches.close();
      assertThat(sources).extracting(source -> source.closed).containsExactly(1, 1);
      assertThat(second.hasNext()).isFalse();
      Source unused = new Source();
      Batches.once(SCHEMA, unused).close();
      assertThat(unused.closed).isEqualTo(1);
    }

    @Test
    void is_freed_when_the_rows_are_more_than_the_limit() {
      Source source = new Source(numbers(1, 2), numbers(3));
      Batches batches = Batches.once(SCHEMA, source);
      assertThatThrownBy(() -> batches.toDataset(2))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "batches of an iterator with 'a INT64' have more than 2 rows, the limit that was"
                  + " given; raise it, or go through them batch by batch");
      assertThat(source.closed).isEqualTo(1);
    }

    @Test
    void tells_why_it_cannot_be_freed() {
      final class Stuck implements Iterator<Dataset>, AutoCloseable {
        @Override
        public boolean hasNext() {
          return false;
        }

        @Override
        public Dataset next() {
          throw new NoSuchElementException();
        }

        @Override
        public void close() throws IOException {
          throw new IOException("the disk is gone");
        }
      }

      Batches batches = Batches.once(SCHEMA, new Stuck());
      assertThatThrownBy(batches::close)
          .isInstanceOf(StorageException.class)
          .hasMessage("cannot close batches of an iterator with 'a INT64': the disk is" + " gone");
    }

    @Test
    void is_no_more_once_the_batches_are_closed() {
      Batches batches = Batches.of(numbers(1));
      batches.close();
      assertThatThrownBy(batches::iterator)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("batches of datasets in memory with 'a INT64' are closed; make them again");
    }
  }

  @Nested
  class Several {

    @Test
    void follow_one_another_and_are_closed_together() {
      Source source = new Source(numbers(3), numbers(4));
      Batches once = Batches.once(SCHEMA, source);
      Batches all = Batches.concat(List.of(Batches.of(numbers(1, 2)), once));
      assertThat(all.isRepeatable()).isFalse();
      assertThat(all.toDataset(4).longs("a").toArray()).containsExactly(1, 2, 3, 4);
      assertThatThrownBy(all::iterator).isInstanceOf(IllegalStateException.class);
      Source unused = new Source();
      Batches.concat(List.of(Batches.once(SCHEMA, unused))).close();
      assertThat(unused.closed).isEqualTo(1);
    }

    @Test
    void are_nullable_where_one_of_them_is() {
      Schema nullable = Schema.of(Field.of("a", DataType.INT64).orNull());
      Dataset none = Dataset.builder(nullable).row((Object) null).build();
      Batches all = Batches.concat(List.of(Batches.of(numbers(1)), Batches.of(none)));
      assertThat(all.schema()).isEqualTo(nullable);
      assertThat(all.toDataset(2).column("a").nullCount()).isEqualTo(1);
      assertThat(all.toDataset(2).column("a").nullCount()).isEqualTo(1);
    }

    @Test
    void with_other_columns_are_refused() {
      List<Batches> parts =
          List.of(Batches.of(numbers(1)), Batches.of(numbers(1).rename("a", "b")));
      assertThatThrownBy(() -> Batches.concat(parts))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("cannot concatenate 'a INT64' and 'b INT64'; names and types differ");
      assertThatThrownBy(() -> Batches.concat(List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("nothing to concatenate; use Batches.of(schema, List.of())");
    }
  }
}
