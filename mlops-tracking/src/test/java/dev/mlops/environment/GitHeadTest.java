package dev.mlops.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitHeadTest {

  private static final String HASH = "314da54e0b1c2d3e4f5061728394a5b6c7d8e9f0";

  @TempDir private Path tree;
  private Path git;
  private Path source;

  @BeforeEach
  void makeRepository() throws IOException {
    git = Files.createDirectories(tree.resolve("repo/.git"));
    source = Files.createDirectories(tree.resolve("repo/module/src"));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void is_the_commit_of_the_branch() throws IOException {
    write(git.resolve("HEAD"), "ref: refs/heads/main\n");
    write(git.resolve("refs/heads/main"), HASH + "\n");
    assertThat(GitHead.commitOf(source)).contains(HASH);
  }

  @Test
  void is_found_among_packed_references() throws IOException {
    write(git.resolve("HEAD"), "ref: refs/heads/main\n");
    write(git.resolve("packed-refs"), "# pack-refs with: peeled\n" + HASH + " refs/heads/main\n");
    assertThat(GitHead.commitOf(source)).contains(HASH);
  }

  @Test
  void is_the_commit_itself_without_a_branch() throws IOException {
    write(git.resolve("HEAD"), HASH + "\n");
    assertThat(GitHead.commitOf(source)).contains(HASH);
  }

  @Test
  void is_found_from_a_linked_working_tree() throws IOException {
    write(git.resolve("refs/heads/topic"), HASH + "\n");
    write(git.resolve("worktrees/linked/HEAD"), "ref: refs/heads/topic\n");
    write(git.resolve("worktrees/linked/commondir"), "../..\n");
    Path linked = Files.createDirectories(tree.resolve("linked"));
    write(linked.resolve(".git"), "gitdir: " + git.resolve("worktrees/linked") + "\n");
    assertThat(GitHead.commitOf(linked)).contains(HASH);
  }

  @Test
  void is_nothing_for_what_is_no_commit() throws IOException {
    assertThat(GitHead.commitOf(source)).isEmpty();
    write(git.resolve("HEAD"), "password=secret\n");
    assertThat(GitHead.commitOf(source)).isEmpty();
  }
}
