package dev.mlops.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileFailureTest {

  @Test
  void says_why_in_words() {
    assertThat(FileFailure.reason(new ClosedByInterruptException()))
        .isEqualTo("the thread was interrupted meanwhile; try again");
    assertThat(FileFailure.reason(new AsynchronousCloseException()))
        .isEqualTo("the file was closed meanwhile");
    assertThat(FileFailure.reason(new FileSystemException("/x", null, "No space left on device")))
        .isEqualTo("No space left on device");
    for (IOException failure :
        List.of(
            new NoSuchFileException("/x"),
            new AccessDeniedException("/x"),
            new FileAlreadyExistsException("/x"),
            new NotDirectoryException("/x"))) {
      assertThat(FileFailure.reason(failure)).doesNotContain("/x", "Exception");
    }
  }
}
