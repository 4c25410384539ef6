package dev.mlops.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.store.fs.FileUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every state that a kill or a power failure can leave of a file whose space is used again. */
class FileSpaceTest {
  private static final long SEED = 20_261_127;
  private static final int MAPS = 4;
  private static final int KEYS = 300;
  private static final int VALUE = 400;
  private static final int COMMITS = 400;
  private static final int KILLS = 200;
  private static final int STEP = 256 << 10;

  private final Random random = new Random(SEED);
  private final List<Integer> ends = new ArrayList<>();
  private final List<Integer> contents = new ArrayList<>();
  private int live;
  private int longest;

  /** Commits until the file has been written many times over, with all that stays in it. */
  @BeforeEach
  void write() {
    String name = RecordedFile.fresh("space-" + SEED);
    FileUtils.delete(name);
    try (MVStore store = new MVStore.Builder().fileName(name).autoCommitDisabled().open()) {
      store.setVersionsToKeep(0);
      FileSpace space = new FileSpace(store, () -> writtenBytes(store), STEP);
      List<Map<Integer, String>> model = new ArrayList<>();
      for (int map = 0; map < MAPS; map++) {
        model.add(new TreeMap<>());
      }
      for (int commit = 0; commit < COMMITS; commit++) {
        change(store, model);
        store.commit();
        ends.add(RecordedFile.count());
        contents.add(model.hashCode());
        space.afterWriting();
        longest = Math.max(longest, (int) store.getFileStore().size());
      }
      space.beforeClosing();
      live = model.stream().mapToInt(map -> map.size() * VALUE).sum();
    }
  }

  private static long writtenBytes(MVStore store) {
    long[] bytes = new long[1];
    store
        .getFileStore()
        .populateInfo(
            (key, value) -> {
              if (key.equals("info.FILE_WRITE_BYTES")) {
                bytes[0] = Long.parseLong(value);
              }
            });
    return bytes[0];
  }

  private void change(MVStore store, List<Map<Integer, String>> model) {
    for (int map = 0; map < MAPS; map++) {
      int key = random.nextInt(KEYS);
      String value = Integer.toString(random.nextInt(1_000_000_000)).repeat(VALUE / 9);
      MVMap<Integer, String> rows = store.openMap("map" + map);
      rows.put(key, value);
      model.get(map).put(key, value);
    }
  }

  @Test
  void stays_small_while_it_is_written_many_times_over() {
    assertThat(longest).isLessThan(4 * live);
  }

  @Test
  void a_kill_at_any_write_leaves_the_last_commit_or_the_one_on_its_way() throws IOException {
    RecordedFile.Replay replay = new RecordedFile.Replay();
    int first = ends.get(0);
    int deeds = RecordedFile.count() - first;
    for (int kill = 0; kill < KILLS; kill++) {
      int at = first + (int) ((long) deeds * kill / KILLS);
      int blocks = random.nextInt(4);
      int last = lastBefore(at);
      assertThat(contentOf(replay.upTo(at).killedAfter(blocks)))
          .as("seed %d, killed after %d deeds and %d blocks", SEED, at, blocks)
          .isIn(contents.get(last), contents.get(Math.min(last + 1, COMMITS - 1)));
    }
  }

  private int lastBefore(int deeds) {
    int last = 0;
    while (last + 1 < ends.size() && ends.get(last + 1) <= deeds) {
      last++;
    }
    return last;
  }

  private static int contentOf(byte[] file) throws IOException {
    String name = "memFS:killed";
    try (OutputStream out = FileUtils.newOutputStream(name, false)) {
      out.write(file);
    }
    try (MVStore store = new MVStore.Builder().fileName(name).autoCommitDisabled().open()) {
      List<Map<Integer, String>> found = new ArrayList<>();
      for (int map = 0; map < MAPS; map++) {
        MVMap<Integer, String> rows = store.openMap("map" + map);
        found.add(new TreeMap<>(rows));
      }
      return found.hashCode();
    } finally {
      FileUtils.delete(name);
    }
  }
}
