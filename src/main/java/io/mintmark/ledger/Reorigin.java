package io.mintmark.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Locale;

/**
 * Ends a log and begins another in the same data folder. A folder that was restored from an older
 * copy must not go on under its old name: the log has signed more than the copy holds, and to go on
 * would sign a second history. The old log is kept whole in {@code ledger-archive}; the first
 * record of the new one names it and its last root.
 */
public final class Reorigin {
  /** The last checkpoint of the log before. */
  static final String PREDECESSOR = "predecessor";

  private static final String ARCHIVE = "ledger-archive";

  /** The folder of the new log, before it takes the place of the old one. */
  private static final String NEXT = "ledger-next";

  private Reorigin() {}

  /**
   * Archives the log of a data folder. The next start of the broker begins the new one.
   *
   * @return where the old log lies now
   * @throws UnusableLedger where a broker runs on the folder, or it has no ledger
   */
  public static Path archive(Path dataFolder) throws IOException {
    Path folder = LedgerFolder.under(dataFolder);
    if (!Files.exists(folder.resolve(LogTail.ORIGIN))) {
      throw new UnusableLedger("there is no ledger in \"" + dataFolder + "\"");
    }
    FolderLock lock = FolderLock.take(folder);
    try {
      String origin = Files.readString(folder.resolve(LogTail.ORIGIN)).strip();
      Path archives = FolderFiles.create(dataFolder.resolve(ARCHIVE)).folder();
      Path archive = free(archives, origin.substring(origin.lastIndexOf('/') + 1));
      Path checkpoint = folder.resolve(LogTail.CHECKPOINT);
      byte[] predecessor =
          Files.exists(checkpoint)
              ? Files.readAllBytes(checkpoint)
              : origin.getBytes(StandardCharsets.UTF_8);
      FolderFiles.create(dataFolder.resolve(NEXT)).replace(PREDECESSOR, predecessor);
      Files.move(folder, archive, StandardCopyOption.ATOMIC_MOVE);
      DurableFolder.force(archives);
      DurableFolder.force(dataFolder);
      finish(dataFolder);
      return archive;
    } finally {
      lock.close();
    }
  }

  /** Puts the new log where the old one was; a start does it where a crash came before. */
  static void finish(Path dataFolder) throws IOException {
    Path next = dataFolder.resolve(NEXT);
    Path folder = LedgerFolder.under(dataFolder);
    if (Files.exists(next) && !Files.exists(folder)) {
      Files.move(next, folder, StandardCopyOption.ATOMIC_MOVE);
      DurableFolder.force(dataFolder);
    }
  }

  private static Path free(Path archives, String name) {
    String plain = name.replaceAll("[^A-Za-z0-9.-]", "_");
    Path archive = archives.resolve(plain);
    for (int i = 2; Files.exists(archive); i++) {
      archive = archives.resolve(plain + "." + i);
    }
    return archive;
  }

  /** Writes the first record of a log that goes on from another. */
  static void continueFrom(LogFiles files, LogTail tail, Instant now) throws IOException {
    if (tail.size() == 0 && files.exists(PREDECESSOR)) {
      Batch batch = tail.batch();
      batch.add(RecordLine.afterSeq(record(files, now)));
      tail.commit(batch, now);
      tail.publish();
    }
  }

  private static LedgerRecord record(LogFiles files, Instant now) throws IOException {
    String[] lines = new String(files.readAll(PREDECESSOR), StandardCharsets.UTF_8).split("\n", 4);
    String detail =
        lines.length == 4
            ? String.format(
                Locale.ROOT, "continues %s of size %s and root %s", lines[0], lines[1], lines[2])
            : "continues " + lines[0];
    return LedgerRecord.ofTheLog(now, "reorigin", null, detail, null);
  }
}
