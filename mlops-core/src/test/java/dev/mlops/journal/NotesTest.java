package dev.mlops.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import org.junit.jupiter.api.Test;

class NotesTest {
  private static final ObjectKey MODEL = ObjectKey.of("model", "flights");
  private static final Actor ADA = Actor.human("ada", "data scientist");

  @Test
  void are_listed_by_what_they_are_about() {
    try (Workspace workspace = Workspace.inMemory()) {
      workspace.notes().write(ObjectKey.of("run", "7"), "diverged");
      Note note = workspace.actingAs(ADA).notes().write(MODEL, "without the days of the strike");
      assertThat(note.author()).isEqualTo(ADA);
      assertThat(workspace.notes().list(MODEL)).containsExactly(note);
      assertThat(workspace.notes().list()).extracting(Note::text).hasSize(2).contains("diverged");
      assertThat(workspace.notes().list(ObjectKey.of("model", "other"))).isEmpty();
    }
  }

  @Test
  void are_not_blank() {
    try (Workspace workspace = Workspace.inMemory()) {
      assertThatThrownBy(() -> workspace.notes().write(MODEL, " "))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the note about model 'flights' must not be blank");
    }
  }

  @Test
  void are_what_another_actor_does_on_the_same_workspace() {
    Workspace workspace = Workspace.inMemory();
    Workspace view = workspace.actingAs(ADA);
    assertThat(view.actor()).isEqualTo(ADA);
    assertThat(view.project()).isEqualTo(workspace.project());
    assertThat(view.journal().append(Entry.of("a")).actor()).isEqualTo(ADA);
    view.close();
    assertThat(workspace.journal().append(Entry.of("b")).actor()).isEqualTo(Actor.system());
    boolean[] closed = new boolean[1];
    view.onClose(() -> closed[0] = true);
    workspace.close();
    assertThat(closed).containsExactly(true);
  }
}
