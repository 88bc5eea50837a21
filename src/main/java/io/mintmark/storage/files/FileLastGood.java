package io.mintmark.storage.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mintmark.evidence.LastGood;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/** The last good keys of each source in a file of its own, mode 0600. */
public final class FileLastGood implements LastGood {
  private static final System.Logger LOG = System.getLogger(FileLastGood.class.getName());
  private static final String FORMAT = "mintmark-last-good/1";
  private static final int MAX_BYTES = 4 * 1024 * 1024;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Set<PosixFilePermission> MINE = PosixFilePermissions.fromString("rw-------");

  private final Path folder;

  /** Keeps files in a folder, which is made (0700) where it does not exist. */
  public FileLastGood(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  @Override
  public Found load(String place) {
    Path file = file(place);
    try {
      return parse(place, JSON.readTree(read(file)));
    } catch (NoSuchFileException none) {
      return new Nothing();
    } catch (JsonProcessingException e) {
      LOG.log(Level.WARNING, "kept keys in \"{0}\" are damaged and are not used", file);
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      LOG.log(Level.WARNING, "kept keys in \"{0}\" are not used: {1}", file, e.getMessage());
    }
    return new Unusable();
  }

  @Override
  public void save(String place, Kept kept) throws IOException {
    byte[] json =
        JSON.writeValueAsBytes(
            JSON.createObjectNode()
                .put("format", FORMAT)
                .put("place", place)
                .put("fetched_at", kept.fetchedAt().toString())
                .put("sha256", digest(place, kept))
                .put("content", kept.bytes()));
    Path temporary =
        Files.createTempFile(
            folder, ".last-good", ".tmp", PosixFilePermissions.asFileAttribute(MINE));
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(json);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(false);
      }
      Files.move(temporary, file(place), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  @Override
  public String whereabouts(String place) {
    return "\"" + file(place) + "\"";
  }

  Path file(String place) {
    return folder.resolve(sha256(place.getBytes(StandardCharsets.UTF_8)) + ".json");
  }

  private static byte[] read(Path file) throws IOException {
    Set<PosixFilePermission> permissions =
        Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("not a regular file");
    }
    if (!MINE.containsAll(permissions)) {
      throw new IOException("its mode is not 0600");
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("too large");
      }
      return bytes;
    }
  }

  private static Kept parse(String place, JsonNode json) throws IOException {
    if (!FORMAT.equals(text(json, "format")) || !place.equals(text(json, "place"))) {
      throw new IOException("it is of another format or source");
    }
    byte[] content = json.path("content").binaryValue();
    if (content == null) {
      throw new IOException("it has no content");
    }
    Kept kept = new Kept(Instant.parse(text(json, "fetched_at")), content);
    if (!digest(place, kept).equals(text(json, "sha256"))) {
      throw new IOException("its content does not match its digest");
    }
    return kept;
  }

  /** Covers all that is believed, against damage; the folder's mode is what keeps others out. */
  private static String digest(String place, Kept kept) {
    byte[] head = (place + "\n" + kept.fetchedAt() + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] whole = Arrays.copyOf(head, head.length + kept.bytes().length);
    System.arraycopy(kept.bytes(), 0, whole, head.length, kept.bytes().length);
    return sha256(whole);
  }

  private static String text(JsonNode json, String member) {
    return json.path(member).asText("");
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
