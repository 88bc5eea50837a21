package io.mintmark.documents;

import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one load found in each file. In the next one, a file of the same bytes is neither parsed nor
 * checked again, so that one changed document among a hundred thousand costs its own file. Every
 * file is read in full at each load all the same. Nothing is kept of a file with errors.
 */
final class KnownFiles {
  private final Map<String, Found> files = new HashMap<>();

  private record Found(byte[] sha256, List<Document> documents) {}

  /** Adds the documents of a file to a reader, or what is wrong with it. */
  void read(String file, byte[] bytes, DocumentReader reader, KnownFiles last) {
    byte[] sha256 = Digest.sha256(bytes);
    Found known = last.files.get(file);
    if (known == null || !MessageDigest.isEqual(known.sha256(), sha256)) {
      DocumentReader.Parsed parsed = reader.parse(file, bytes);
      known = new Found(sha256, parsed.documents());
      if (!parsed.sound()) {
        known.documents().forEach(reader::add);
        return;
      }
    }
    files.put(file, known);
    known.documents().forEach(reader::add);
  }
}
