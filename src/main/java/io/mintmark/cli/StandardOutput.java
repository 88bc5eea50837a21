package io.mintmark.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that remembers why it failed, which a {@link PrintStream} keeps to itself: a
 * command whose output did not arrive has not done what it was asked for.
 */
public final class StandardOutput extends OutputStream {
  /** As a shell shows a process that SIGPIPE has ended. */
  static final int PIPE_CLOSED = 141;

  private final OutputStream to;
  private @Nullable IOException failure;

  StandardOutput(OutputStream to) {
    this.to = to;
  }

  /** Puts itself in the place of {@link System#out}. */
  public static StandardOutput take() {
    StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
    System.setOut(new PrintStream(output, false, System.out.charset()));
    return output;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    if (failure != null) {
      throw failure;
    }
    try {
      to.write(bytes, offset, length);
    } catch (IOException failed) {
      failure = failed;
      throw failed;
    }
  }

  /**
   * The exit code of a command that ended with this one: failed where its output was lost. A reader
   * that has seen enough and closed the pipe, such as {@code head}, is not complained about.
   */
  public synchronized int ended(int code) {
    System.out.flush();
    IOException lost = failure;
    if (lost == null) {
      return code;
    }
    String why = String.valueOf(lost.getMessage());
    if (why.contains("Broken pipe")) {
      return PIPE_CLOSED;
    }
    System.err.println("mintmark: the output cannot be written: " + why);
    return code == 0 ? 1 : code;
  }
}
