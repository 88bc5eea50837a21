package io.mintmark.sidecar.proof;

import io.mintmark.sidecar.plan.ProofPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A token in a file that something else renews, such as a projected service account token. */
final class TokenFile implements ProofSource {
  private final Path path;
  private final ProofPlan.TokenKind kind;

  TokenFile(Path path, ProofPlan.TokenKind kind) {
    this.path = path;
    this.kind = kind;
  }

  @Override
  public String name() {
    return "file \"" + path + "\"";
  }

  @Override
  public Proof proof(String audience) throws ProofUnavailable {
    return Tokens.proof(kind, new String(read(path), StandardCharsets.ISO_8859_1));
  }

  /** A regular file of at most 64 KiB; a pipe or device would make us wait for ever. */
  static byte[] read(Path path) throws ProofUnavailable {
    try {
      if (Files.exists(path) && !Files.isRegularFile(path)) {
        throw new ProofUnavailable("it is not a regular file");
      }
      try (InputStream in = Files.newInputStream(path)) {
        byte[] bytes = in.readNBytes(Tokens.MAX_BYTES + 1);
        if (bytes.length > Tokens.MAX_BYTES) {
          throw new ProofUnavailable("it is larger than 64 KiB");
        }
        return bytes;
      }
    } catch (NoSuchFileException absent) {
      throw new ProofUnavailable("it does not exist");
    } catch (AccessDeniedException denied) {
      throw new ProofUnavailable("it may not be read");
    } catch (IOException unreadable) {
      throw new ProofUnavailable("it cannot be read");
    }
  }
}
