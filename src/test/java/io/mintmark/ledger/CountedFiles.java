package io.mintmark.ledger;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** Knows which files are open. */
final class CountedFiles extends PacedFiles {
  private final ConcurrentHashMap<Object, String> open = new ConcurrentHashMap<>();

  CountedFiles(LogFiles files) {
    super(files, 0, () -> false);
  }

  /** The names of those that were opened and not closed. */
  List<String> left() {
    return new ArrayList<>(open.values());
  }

  @Override
  public InputStream read(String name, long offset) throws IOException {
    Object handle = new Object();
    InputStream in = super.read(name, offset);
    open.put(handle, name);
    return new FilterInputStream(in) {
      @Override
      public void close() throws IOException {
        open.remove(handle);
        super.close();
      }
    };
  }

  @Override
  public AppendFile append(String name) throws IOException {
    Object handle = new Object();
    AppendFile file = super.append(name);
    open.put(handle, name);
    return new AppendFile() {
      @Override
      public long size() throws IOException {
        return file.size();
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        file.write(bytes, offset, length);
      }

      @Override
      public void force() throws IOException {
        file.force();
      }

      @Override
      public void truncate(long size) throws IOException {
        file.truncate(size);
      }

      @Override
      public void close() throws IOException {
        open.remove(handle);
        file.close();
      }
    };
  }
}
