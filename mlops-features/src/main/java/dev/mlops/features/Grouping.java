package dev.mlops.features;

import dev.mlops.data.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Puts the rows of segments together by entity, those of each in the order of ingestion: a counting
 * sort on entity numbers, which looks a key up once and moves a row once.
 */
final class Grouping {

  private final EntityNumbers entities = new EntityNumbers();
  private final List<Chunk> chunks = new ArrayList<>();
  private final List<int[]> numbers = new ArrayList<>();

  void add(Chunk chunk, Column[] keys) {
    chunks.add(chunk);
    numbers.add(entities.of(keys, chunk.size()));
  }

  /** Hands each entity's key and timeline on. */
  void forEach(boolean numeric, BiConsumer<Object, Timeline> use) {
    int[] ends = ends();
    int total = ends[entities.size()];
    int[] chunkOf = new int[total];
    int[] row = new int[total];
    for (int chunk = 0; chunk < chunks.size(); chunk++) {
      int[] entity = numbers.get(chunk);
      for (int i = 0; i < entity.length; i++) {
        if (entity[i] != EntityNumbers.NOBODY) {
          int place = ends[entity[i]]++;
          chunkOf[place] = chunk;
          row[place] = i;
        }
      }
    }
    TimelineBuilder builder = new TimelineBuilder(chunks, chunkOf, row, numeric);
    for (int entity = 0, from = 0; entity < entities.size(); entity++) {
      use.accept(entities.key(entity), builder.build(from, ends[entity]));
      from = ends[entity];
    }
  }

  /** Where each entity's rows begin, which is where the filled part of its place ends at first. */
  private int[] ends() {
    int[] ends = new int[entities.size() + 1];
    for (int[] entity : numbers) {
      for (int number : entity) {
        if (number != EntityNumbers.NOBODY) {
          ends[number + 1]++;
        }
      }
    }
    for (int i = 1; i < ends.length; i++) {
      ends[i] += ends[i - 1];
    }
    return ends;
  }
}
