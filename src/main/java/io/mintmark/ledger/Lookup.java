package io.mintmark.ledger;

import io.mintmark.ledger.pack.SerialIndex;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the records of a credential by its id. The indexes of closed segments lead to them; what
 * they lead to is read and compared, and where they lead to nothing all lines are read, since a
 * record that an index does not name may be there all the same.
 */
public final class Lookup {
  /** Most records that are given for one id: operators' calls name the token that was used. */
  private static final int MOST = 1_000;

  private static final int NEAR = 1 << 12;

  private final LogFiles files;
  private final byte[] id;
  private final long key;
  private final long size;

  private Lookup(LogFiles files, String id) throws IOException {
    this.files = files;
    this.id = id.getBytes(StandardCharsets.US_ASCII);
    this.key = SerialIndex.key(this.id, 0, this.id.length);
    this.size = LedgerReader.signedSize(files);
  }

  /**
   * What was found.
   *
   * @param searched whether all lines had to be read
   */
  public record Found(List<LedgerEntry> entries, List<String> lines, boolean searched) {
    public Found {
      entries = List.copyOf(entries);
      lines = List.copyOf(lines);
    }
  }

  private record Line(long seq, byte[] bytes) {}

  /**
   * The records up to the newest published checkpoint whose {@code jti} or {@code serial} is the
   * id, the oldest first, at most a thousand.
   *
   * @param id letters, digits, minus and underscore, at most 200
   * @throws IllegalArgumentException where it is something else
   * @throws UnusableLedger where lines are missing or damaged
   */
  public static Found of(Path dataFolder, String id) throws IOException {
    return of(FolderFiles.in(LedgerFolder.of(dataFolder)), id);
  }

  static Found of(LogFiles files, String id) throws IOException {
    if (!id.matches("[A-Za-z0-9_-]{1,200}")) {
      throw new IllegalArgumentException("an id has letters, digits, minus and underscore only");
    }
    return new Lookup(files, id).found();
  }

  private Found found() throws IOException {
    List<Segments.Part> parts =
        Segments.list(files).parts().stream().filter(Segments.Part::lines).toList();
    List<Line> lines = new ArrayList<>();
    List<Segments.Part> passedOver = new ArrayList<>();
    List<Optional<SortedSet<Long>>> places = each(parts, this::places);
    for (int i = 0; i < parts.size(); i++) {
      Segments.Part part = parts.get(i);
      if (places.get(i).isPresent()) {
        lines.addAll(led(part, places.get(i).get()));
        passedOver.add(part);
      } else if (part.end() != Long.MAX_VALUE || mayHold(part.name())) {
        lines.addAll(search(part));
      }
    }
    boolean searched = lines.isEmpty() && !passedOver.isEmpty();
    if (searched) {
      each(passedOver, this::search).forEach(lines::addAll);
    }
    return result(lines, searched);
  }

  private static Found result(List<Line> lines, boolean searched) throws IOException {
    List<LedgerEntry> entries = new ArrayList<>();
    List<String> text = new ArrayList<>();
    for (Line line :
        lines.stream().sorted(Comparator.comparingLong(Line::seq)).limit(MOST).toList()) {
      entries.add(RecordParser.parse(line.bytes(), 0, line.bytes().length));
      text.add(new String(line.bytes(), StandardCharsets.UTF_8));
    }
    return new Found(entries, text, searched);
  }

  private interface Step<T> {
    T of(Segments.Part part) throws IOException;
  }

  /** The same of all segments, on all cores. */
  private static <T> List<T> each(List<Segments.Part> parts, Step<T> step) throws IOException {
    try {
      return parts.parallelStream()
          .map(
              part -> {
                try {
                  return step.of(part);
                } catch (IOException failed) {
                  throw new UncheckedIOException(failed);
                }
              })
          .toList();
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
  }

  /**
   * Whether the id stands anywhere in the open segment, whose records no index names yet. Strings
   * are searched many times as fast as lines are told apart.
   */
  private boolean mayHold(SegmentName open) throws IOException {
    String wanted = new String(id, StandardCharsets.ISO_8859_1);
    byte[] buffer = new byte[1 << 16];
    int kept = 0;
    try (InputStream in = files.read(open.lines(), 0)) {
      for (int read = in.read(buffer, kept, buffer.length - kept);
          read > 0;
          read = in.read(buffer, kept, buffer.length - kept)) {
        int filled = kept + read;
        if (new String(buffer, 0, filled, StandardCharsets.ISO_8859_1).contains(wanted)) {
          return true;
        }
        kept = Math.min(filled, id.length);
        System.arraycopy(buffer, filled - kept, buffer, 0, kept);
      }
      return false;
    } catch (NoSuchFileException packed) {
      return true;
    }
  }

  /** Reads all lines of a segment. */
  private List<Line> search(Segments.Part part) throws IOException {
    List<Line> found = new ArrayList<>();
    long end = Math.min(part.end(), size);
    try (Lines lines = SegmentLines.all(files, part.name())) {
      for (long seq = part.name().first(); seq < end; seq++) {
        if (!lines.next()) {
          throw new UnusableLedger("records are missing: seq " + seq + " to " + (end - 1));
        }
        if (found.size() < MOST && isWanted(lines, seq)) {
          found.add(new Line(seq, lines.copy()));
        }
      }
    }
    return found;
  }

  private boolean isWanted(Lines line, long seq) throws IOException {
    boolean[] same = {false};
    LineCheck.id(
        line,
        (buffer, at, length) -> same[0] = Arrays.equals(buffer, at, at + length, id, 0, id.length));
    if (same[0]) {
      LineCheck.numbered(line, seq);
    }
    return same[0];
  }

  /** The records of the id at these places of a segment. */
  private List<Line> led(Segments.Part part, SortedSet<Long> places) throws IOException {
    List<Line> found = new ArrayList<>();
    for (long place : places) {
      long seq = part.name().first() + place;
      if (seq < Math.min(part.end(), size) && found.size() < MOST) {
        Line line = line(part.name(), seq);
        if (line != null) {
          found.add(line);
        }
      }
    }
    return found;
  }

  /** The line of a number, where it is of the id that is looked for. */
  private @Nullable Line line(SegmentName name, long seq) throws IOException {
    SegmentLines near = SegmentLines.near(files, name, seq);
    try (Lines lines = near.lines()) {
      for (long at = near.first(); lines.next(); at++) {
        if (at == seq) {
          return isWanted(lines, seq) ? new Line(seq, lines.copy()) : null;
        }
      }
    }
    return null;
  }

  /** Where a segment's index leads to; empty where it has none. */
  private Optional<SortedSet<Long>> places(Segments.Part part) throws IOException {
    String index = part.name().index();
    if (part.end() == Long.MAX_VALUE) {
      return Optional.empty();
    }
    try {
      long entries = files.size(index) / Long.BYTES;
      long from = Math.max(0, SerialIndex.guess(key, entries) - NEAR / Long.BYTES / 2);
      SortedSet<Long> places = near(index, from, entries);
      // keys are spread evenly, so that this is as good as never more than one round
      return Optional.ofNullable(places == null ? near(index, 0, entries) : places);
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  /** Null where the entries before or after these may be of the key as well. */
  private @Nullable SortedSet<Long> near(String index, long from, long entries) throws IOException {
    long most = from == 0 ? entries : NEAR / Long.BYTES;
    SortedSet<Long> places = new TreeSet<>();
    try (InputStream in = files.read(index, from * Long.BYTES)) {
      ByteBuffer window =
          ByteBuffer.wrap(in.readNBytes((int) Math.min(most * Long.BYTES, 1 << 27)));
      boolean first = true;
      boolean past = false;
      while (window.remaining() >= Long.BYTES && !past) {
        long entry = window.getLong();
        int order = SerialIndex.compare(entry, key);
        if (order == 0) {
          places.add(SerialIndex.place(entry));
        }
        if (first && from > 0 && order >= 0) {
          return null;
        }
        past = order > 0;
        first = false;
      }
      return past || from == 0 || from + most >= entries ? places : null;
    }
  }
}
