package dev.mlops.testkit;

import dev.mlops.data.Digest;
import dev.mlops.storage.ArtifactStore;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A real artifact store whose calls fail when a test says so; safe for use by many threads.
 *
 * <pre>{@code
 * FaultyArtifactStore store = FaultyArtifactStore.over(ArtifactStore.inMemory());
 * store.failNth(Call.WRITE, 2, () -> new StorageException("the bucket is gone"));
 * }</pre>
 *
 * <p>A failing call does nothing else, except for a failing {@link Call#CLOSE}, which closes all
 * the same. Failures are made by a supplier at each call: a {@link RuntimeException} or an {@link
 * Error}, and for {@link Call#STREAM} also an {@link IOException}.
 */
public final class FaultyArtifactStore implements ArtifactStore {
  private final ArtifactStore store;
  private final FaultPlan<Call, RuntimeException> plan =
      new FaultPlan<>(Call.class, RuntimeException.class);
  private final FaultPlan<Call, IOException> streams =
      new FaultPlan<>(Call.class, IOException.class);

  private FaultyArtifactStore(ArtifactStore store) {
    this.store = Objects.requireNonNull(store, "store");
  }

  /** A kind of call on the store or on a stream that came out of it. */
  public enum Call {
    /** {@link ArtifactStore#write}. */
    WRITE,
    /** {@link ArtifactStore#read}. */
    READ,
    /** Reading bytes of a content that {@code read} has opened. */
    STREAM,
    /** {@link ArtifactStore#local}; the file that it finds is read without faults. */
    LOCAL,
    /** {@link ArtifactStore#size}. */
    SIZE,
    /** {@link ArtifactStore#list}. */
    LIST,
    /** {@link ArtifactStore#delete}. */
    DELETE,
    /** {@link ArtifactStore#deleteUnfinished}. */
    DELETE_UNFINISHED,
    /** {@link ArtifactStore#close}. */
    CLOSE
  }

  /**
   * Puts faults between a store and its user.
   *
   * @param store where the bytes are; closed with this one
   * @return the same store; nothing fails yet
   */
  public static FaultyArtifactStore over(ArtifactStore store) {
    return new FaultyArtifactStore(store);
  }

  /**
   * Fails one call.
   *
   * @param call of this kind
   * @param n which one, counted from now; 1 is the next
   * @param failure makes what is thrown
   * @throws IllegalArgumentException if n is less than 1
   */
  public void failNth(Call call, int n, Supplier<? extends Throwable> failure) {
    planOf(call).fail(call, n, 1, failure);
  }

  /**
   * Fails the next calls.
   *
   * @param call of this kind
   * @param calls how many, at least 1
   * @param failure makes what is thrown
   * @throws IllegalArgumentException if calls is less than 1
   */
  public void failNext(Call call, int calls, Supplier<? extends Throwable> failure) {
    planOf(call).fail(call, 1, calls, failure);
  }

  /**
   * Fails all calls until {@link #heal()}.
   *
   * @param call of this kind
   * @param failure makes what is thrown
   */
  public void failUntilHealed(Call call, Supplier<? extends Throwable> failure) {
    planOf(call).fail(call, 1, Long.MAX_VALUE, failure);
  }

  /**
   * Runs something before each call until {@link #heal()}, on the calling thread; it may wait, so
   * that the call hangs.
   *
   * @param call of this kind
   * @param action replaces an earlier one
   */
  public void before(Call call, Runnable action) {
    planOf(call).before(call, action);
  }

  /** Lets all calls work again. */
  public void heal() {
    plan.heal();
    streams.heal();
  }

  /**
   * Counts calls, those that failed too.
   *
   * @param call of this kind
   * @return how many there were since this store was made
   */
  public long calls(Call call) {
    return planOf(call).made(call);
  }

  private FaultPlan<Call, ?> planOf(Call call) {
    return call == Call.STREAM ? streams : plan;
  }

  @Override
  public Digest write(InputStream bytes) {
    plan.call(Call.WRITE);
    return store.write(bytes);
  }

  @Override
  public InputStream read(Digest digest) {
    plan.call(Call.READ);
    return new Breaking(store.read(digest));
  }

  @Override
  public Optional<Path> local(Digest digest) {
    plan.call(Call.LOCAL);
    return store.local(digest);
  }

  @Override
  public OptionalLong size(Digest digest) {
    plan.call(Call.SIZE);
    return store.size(digest);
  }

  @Override
  public Stream<Digest> list() {
    plan.call(Call.LIST);
    return store.list();
  }

  @Override
  public boolean delete(Digest digest, Instant writtenBefore) {
    plan.call(Call.DELETE);
    return store.delete(digest, writtenBefore);
  }

  @Override
  public int deleteUnfinished(Instant writtenBefore) {
    plan.call(Call.DELETE_UNFINISHED);
    return store.deleteUnfinished(writtenBefore);
  }

  @Override
  public void close() {
    store.close();
    plan.call(Call.CLOSE);
  }

  private final class Breaking extends FilterInputStream {
    Breaking(InputStream bytes) {
      super(bytes);
    }

    @Override
    public int read() throws IOException {
      streams.call(Call.STREAM);
      return super.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      streams.call(Call.STREAM);
      return super.read(buffer, offset, length);
    }
  }
}
