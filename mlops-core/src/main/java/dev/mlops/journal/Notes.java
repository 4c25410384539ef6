package dev.mlops.journal;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;
import java.util.Objects;

/**
 * What people have written about the things of a project: models, runs, feature views, whatever has
 * a name. A note is an event of the journal, so it is never changed, and its author and time are
 * known. Immutable and safe for use by many threads.
 *
 * <pre>{@code
 * workspace.notes().write(ObjectKey.of("model", "flights"), "trained without the days of the strike");
 * }</pre>
 */
public final class Notes {
  private static final String KIND = "note.written";
  private static final String TEXT = "text";

  private final Journal journal;

  private Notes(Journal journal) {
    this.journal = Objects.requireNonNull(journal, "journal");
  }

  /**
   * Opens the notes of a journal.
   *
   * @param journal keeps them
   * @return the notes
   */
  public static Notes of(Journal journal) {
    return new Notes(journal);
  }

  /**
   * Writes a note, whose author is the journal's actor.
   *
   * @param about the thing it is about; whether there is one is not checked
   * @param text up to 1,048,576 characters, not blank
   * @return the note, durable
   * @throws IllegalArgumentException if the text is blank, too long, or one that no database keeps
   */
  @CanIgnoreReturnValue
  public Note write(ObjectKey about, String text) {
    Objects.requireNonNull(about, "about");
    Objects.requireNonNull(text, "text");
    if (text.isBlank()) {
      throw new IllegalArgumentException("the note about " + about + " must not be blank");
    }
    return note(journal.append(Entry.of(KIND).about(about).detail(TEXT, text)));
  }

  /**
   * Lists the notes about a thing.
   *
   * @param about the thing
   * @return them, oldest first; empty if there are none
   */
  public List<Note> list(ObjectKey about) {
    Objects.requireNonNull(about, "about");
    return notes(journal.events().kind(KIND).about(about));
  }

  /**
   * Lists the notes about all things of the project.
   *
   * @return them, oldest first
   */
  public List<Note> list() {
    return notes(journal.events().kind(KIND));
  }

  private static List<Note> notes(EventQuery query) {
    return query.list().stream().map(Notes::note).toList();
  }

  private static Note note(Event event) {
    return new Note(
        Objects.requireNonNull(event.about(), "about"),
        Objects.requireNonNull(event.details().get(TEXT), TEXT),
        event.actor(),
        event.time(),
        event.id());
  }

  @Override
  public String toString() {
    return "notes in " + journal;
  }
}
