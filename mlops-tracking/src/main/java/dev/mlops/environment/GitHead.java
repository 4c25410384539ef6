package dev.mlops.environment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the commit a working tree stands on by reading git's own files (gitrepository-layout(5)).
 */
final class GitHead {

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final String BRANCH = "ref: refs/heads/";
  private static final int FILE_LIMIT = 16 << 20;

  private GitHead() {}

  static Optional<String> commitOf(Path directory) {
    return repository(directory).flatMap(GitHead::head);
  }

  /** Returns the branch; empty if there is no repository, or a commit was checked out by itself. */
  static Optional<String> branchOf(Path directory) {
    return repository(directory)
        .flatMap(git -> text(git.resolve("HEAD")))
        .filter(head -> head.startsWith(BRANCH))
        .map(head -> head.substring(BRANCH.length()));
  }

  private static Optional<Path> repository(Path directory) {
    try {
      return gitDirectory(directory.toAbsolutePath().normalize());
    } catch (IllegalArgumentException notAPath) {
      return Optional.empty();
    }
  }

  private static Optional<Path> gitDirectory(Path start) {
    return Stream.iterate(start, directory -> directory != null, GitHead::parent)
        .map(directory -> directory.resolve(".git"))
        .filter(Files::exists)
        .findFirst()
        .flatMap(GitHead::followed);
  }

  private static @Nullable Path parent(@Nullable Path directory) {
    return directory == null ? null : directory.getParent();
  }

  /** A linked working tree has a file where others have the directory: {@code gitdir: <path>}. */
  private static Optional<Path> followed(Path git) {
    if (Files.isDirectory(git)) {
      return Optional.of(git);
    }
    return text(git)
        .filter(line -> line.startsWith("gitdir: "))
        .map(line -> git.resolveSibling(line.substring("gitdir: ".length())).normalize());
  }

  private static Optional<String> head(Path git) {
    return text(git.resolve("HEAD"))
        .flatMap(
            head ->
                head.startsWith("ref: ")
                    ? reference(git, head.substring("ref: ".length()))
                    : Optional.of(head))
        .filter(hash -> HASH.matcher(hash).matches());
  }

  private static Optional<String> reference(Path git, String name) {
    Path shared =
        text(git.resolve("commondir")).map(common -> git.resolve(common).normalize()).orElse(git);
    return text(shared.resolve(name)).or(() -> packed(shared, name));
  }

  private static Optional<String> packed(Path git, String name) {
    return text(git.resolve("packed-refs"))
        .flatMap(
            lines ->
                lines
                    .lines()
                    .filter(line -> line.endsWith(" " + name))
                    .map(line -> line.substring(0, line.indexOf(' ')))
                    .findFirst());
  }

  private static Optional<String> text(Path file) {
    try {
      return Files.isRegularFile(file) && Files.size(file) <= FILE_LIMIT
          ? Optional.of(Files.readString(file, UTF_8).strip())
          : Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
