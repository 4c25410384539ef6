package dev.mlops.tracking;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Puts runs of several groups in the order of a query, and keeps the first of them: numbers, then
 * texts that are none, then NaN, then nothing, whichever way round numbers and texts are ordered.
 * The newest start decides among equals, then the greatest key.
 */
final class RunRanking {

  private final List<RunOrder> orders;
  private final int limit;
  private final @Nullable Place after;
  private final PriorityQueue<Place> kept;

  /** A run by its group and its place there. */
  private record Place(Group group, int run) {

    RunPlace written() {
      return new RunPlace(
          group.keys().stream().map(key -> key.value(run)).toList(),
          group.base().start(run),
          group.base().id(run));
    }
  }

  /** A group's columns that the orders need, in their order. */
  private record Group(RunBase base, List<Key> keys) {}

  /** How the runs of a group are compared by one order: only one of the two is there. */
  private record Key(@Nullable NumberColumn numbers, @Nullable TextColumn texts) {

    RunPlace.Value value(int run) {
      return numbers == null
          ? RunPlace.Value.of(texts == null ? null : texts.text(run))
          : RunPlace.Value.of(numbers.value(run));
    }

    int rank(int run) {
      if (numbers != null) {
        return numbers.has(run) ? Double.isNaN(numbers.value(run)) ? 2 : 0 : 3;
      }
      TextColumn column = texts();
      return column == null || !column.has(run) ? 3 : column.number(run) == null ? 1 : 0;
    }

    int compare(int run, Key other, int otherRun) {
      if (numbers != null && other.numbers != null) {
        return compare(numbers.value(run), other.numbers.value(otherRun));
      }
      if (texts == null || other.texts == null) {
        return 0;
      }
      Double number = texts.number(run);
      Double otherNumber = other.texts.number(otherRun);
      int byNumber =
          number == null || otherNumber == null ? 0 : compare(number, (double) otherNumber);
      return byNumber != 0
          ? byNumber
          : compare(String.valueOf(texts.text(run)), String.valueOf(other.texts.text(otherRun)));
    }

    /** A negative zero is zero. */
    private static int compare(double one, double other) {
      return one < other ? -1 : one > other ? 1 : 0;
    }

    /** By code points, as databases do, and not by Java's halves of them. */
    private static int compare(String one, String other) {
      int length = Math.min(one.length(), other.length());
      for (int i = 0; i < length; i++) {
        char left = one.charAt(i);
        char right = other.charAt(i);
        if (left != right) {
          boolean isHalf = Character.isSurrogate(left);
          return isHalf == Character.isSurrogate(right)
              ? Character.compare(left, right)
              : isHalf ? 1 : -1;
        }
      }
      return Integer.compare(one.length(), other.length());
    }
  }

  /**
   * Keeps the first runs.
   *
   * @param limit how many, 0 for all
   * @param after the place behind which they begin; null for no such
   */
  RunRanking(List<RunOrder> orders, int limit, @Nullable RunPlace after) {
    this.orders = orders;
    this.limit = limit;
    this.after = after == null ? null : new Place(group(after), 0);
    this.kept = new PriorityQueue<>(Collections.reverseOrder(this::compare));
  }

  /** Takes the runs of a group that match. */
  void add(RunColumns columns, BitSet matching) {
    Group group =
        new Group(columns.base(), orders.stream().map(order -> key(order, columns)).toList());
    for (int run = matching.nextSetBit(0); run >= 0; run = matching.nextSetBit(run + 1)) {
      Place place = new Place(group, run);
      if (after != null && compare(place, after) <= 0) {
        continue;
      }
      if (limit == 0 || kept.size() < limit) {
        kept.add(place);
      } else if (compare(place, kept.element()) < 0) {
        kept.remove();
        kept.add(place);
      }
    }
  }

  private static Group group(RunPlace place) {
    return new Group(
        place.base(),
        place.values().stream().map(value -> new Key(value.number(), value.text())).toList());
  }

  private static Key key(RunOrder order, RunColumns columns) {
    return order.source() == null
        ? new Key(columns.metric(order.name(), order.which()), null)
        : new Key(null, columns.text(order.source(), order.name()));
  }

  /** Returns the keys of the runs in their order. */
  List<Long> ids() {
    return inOrder().stream().map(place -> place.group().base().id(place.run())).toList();
  }

  /** Returns where the runs stand, in their order. */
  List<RunPlace> places() {
    return inOrder().stream().map(Place::written).toList();
  }

  private List<Place> inOrder() {
    List<Place> places = new ArrayList<>(kept);
    places.sort(this::compare);
    return places;
  }

  private int compare(Place one, Place other) {
    for (int i = 0; i < orders.size(); i++) {
      Key left = one.group().keys().get(i);
      Key right = other.group().keys().get(i);
      int rank = left.rank(one.run());
      int byRank = Integer.compare(rank, right.rank(other.run()));
      if (byRank != 0) {
        return byRank;
      }
      int byValue = rank > 1 ? 0 : left.compare(one.run(), right, other.run());
      if (byValue != 0) {
        return orders.get(i).isDescending() ? -byValue : byValue;
      }
    }
    RunBase base = one.group().base();
    RunBase otherBase = other.group().base();
    int byStart = Long.compare(otherBase.start(other.run()), base.start(one.run()));
    return byStart != 0 ? byStart : Long.compare(otherBase.id(other.run()), base.id(one.run()));
  }
}
