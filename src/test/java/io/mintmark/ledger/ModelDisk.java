package io.mintmark.ledger;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory that can lose its power and fail. Writes that were not forced may survive a loss
 * of power in any part and order, by sectors; a file may have grown without its bytes.
 */
final class ModelDisk implements LogFiles {
  private static final int SECTOR = 64;

  /** What a test makes of each call, before it has an effect. */
  interface Fault {
    void before(String call, String name, int bytes) throws IOException;
  }

  private static final class Content {
    byte[] now = new byte[0];
    byte[] durable = new byte[0];

    Content copy() {
      Content copy = new Content();
      copy.now = now;
      copy.durable = durable;
      return copy;
    }
  }

  private final Map<String, Content> files = new TreeMap<>();
  volatile Fault fault = (call, name, bytes) -> {};

  private void step(String call, String name, int bytes) throws IOException {
    fault.before(call, name, bytes);
  }

  /** The disk as a loss of power may leave it now. */
  synchronized ModelDisk afterPowerLoss(Random random) {
    ModelDisk after = new ModelDisk();
    files.forEach((name, content) -> after.files.put(name, survivor(content, random)));
    return after;
  }

  /** The disk as it is: the process was killed, the system lives. */
  synchronized ModelDisk afterKill() {
    ModelDisk after = new ModelDisk();
    files.forEach((name, content) -> after.files.put(name, content.copy()));
    return after;
  }

  private static Content survivor(Content content, Random random) {
    byte[] durable = content.durable;
    int longest = Math.max(content.now.length, durable.length);
    int length =
        switch (random.nextInt(3)) {
          case 0 -> durable.length;
          case 1 -> content.now.length;
          default ->
              Math.min(durable.length, content.now.length)
                  + random.nextInt(longest - Math.min(durable.length, content.now.length) + 1);
        };
    byte[] bytes = Arrays.copyOf(durable, length);
    int odds = random.nextInt(4);
    for (int at = 0; at < length; at += SECTOR) {
      if (odds == 3 || random.nextInt(3) < odds) {
        int end = Math.min(Math.min(at + SECTOR, length), content.now.length);
        if (end > at) {
          System.arraycopy(content.now, at, bytes, at, end - at);
        }
      }
    }
    Content survivor = new Content();
    survivor.now = bytes;
    survivor.durable = bytes;
    return survivor;
  }

  synchronized byte[] bytes(String name) {
    return files.get(name).now.clone();
  }

  synchronized void put(String name, byte[] bytes) {
    Content content = new Content();
    content.now = bytes;
    content.durable = bytes;
    files.put(name, content);
  }

  synchronized void remove(String name) {
    files.remove(name);
  }

  @Override
  public synchronized List<String> names() {
    return new ArrayList<>(files.keySet());
  }

  @Override
  public synchronized boolean exists(String name) {
    return files.containsKey(name);
  }

  private Content content(String name) throws NoSuchFileException {
    Content content = files.get(name);
    if (content == null) {
      throw new NoSuchFileException(name);
    }
    return content;
  }

  @Override
  public synchronized long size(String name) throws IOException {
    return content(name).now.length;
  }

  @Override
  public synchronized InputStream read(String name, long offset) throws IOException {
    byte[] bytes = content(name).now;
    int from = (int) Math.min(offset, bytes.length);
    return new ByteArrayInputStream(bytes, from, bytes.length - from);
  }

  @Override
  public AppendFile append(String name) throws IOException {
    step("create", name, 0);
    synchronized (this) {
      files.computeIfAbsent(name, fresh -> new Content());
      return new Open(name, files.get(name));
    }
  }

  @Override
  public void replace(String name, byte[] bytes) throws IOException {
    step("replace", name, bytes.length);
    put(name, bytes.clone());
    step("replaced", name, 0);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    step("rename", from, 0);
    synchronized (this) {
      files.put(to, content(from));
      files.remove(from);
    }
  }

  @Override
  public void delete(String name) throws IOException {
    step("delete", name, 0);
    remove(name);
  }

  private final class Open implements AppendFile {
    private final String name;
    private final Content content;

    Open(String name, Content content) {
      this.name = name;
      this.content = content;
    }

    @Override
    public long size() {
      synchronized (ModelDisk.this) {
        return content.now.length;
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      step("write", name, length);
      synchronized (ModelDisk.this) {
        int before = content.now.length;
        byte[] longer = Arrays.copyOf(content.now, before + length);
        System.arraycopy(bytes, offset, longer, before, length);
        content.now = longer;
      }
      step("written", name, 0);
    }

    @Override
    public void force() throws IOException {
      step("force", name, 0);
      synchronized (ModelDisk.this) {
        content.durable = content.now;
      }
      step("forced", name, 0);
    }

    @Override
    public void truncate(long size) throws IOException {
      step("truncate", name, 0);
      synchronized (ModelDisk.this) {
        content.now = Arrays.copyOf(content.now, (int) Math.min(size, content.now.length));
      }
      step("truncated", name, 0);
    }

    @Override
    public void close() {}
  }
}
