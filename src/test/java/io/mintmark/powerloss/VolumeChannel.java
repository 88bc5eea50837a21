package io.mintmark.powerloss;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** An open file or folder of a {@link Volume}. */
final class VolumeChannel extends FileChannel {
  private final Volume volume;
  private final int node;
  private long position;

  VolumeChannel(Volume volume, int node) {
    this.volume = volume;
    this.node = node;
  }

  @Override
  public int read(ByteBuffer into) {
    int count = read(into, position);
    position += Math.max(0, count);
    return count;
  }

  @Override
  public int read(ByteBuffer into, long at) {
    byte[] content = volume.content(node);
    if (at >= content.length) {
      return -1;
    }
    int count = Math.min(into.remaining(), content.length - (int) at);
    into.put(content, (int) at, count);
    return count;
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    int count = write(from, position);
    position += count;
    return count;
  }

  @Override
  public int write(ByteBuffer from, long at) throws IOException {
    byte[] bytes = new byte[from.remaining()];
    from.duplicate().get(bytes);
    volume.write(node, (int) at, bytes);
    from.position(from.limit());
    return bytes.length;
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    long count = 0;
    for (int i = offset; i < offset + length; i++) {
      count += write(from[i]);
    }
    return count;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public FileChannel position(long to) {
    position = to;
    return this;
  }

  @Override
  public long size() {
    return volume.content(node).length;
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    volume.cut(node, (int) size);
    position = Math.min(position, size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    volume.force(node);
  }

  @Override
  public long transferTo(long at, long count, WritableByteChannel to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferFrom(ReadableByteChannel from, long at, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long at, long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock lock(long at, long size, boolean shared) {
    return new FileLock(this, at, size, shared) {
      @Override
      public boolean isValid() {
        return isOpen();
      }

      @Override
      public void release() {}
    };
  }

  @Override
  public FileLock tryLock(long at, long size, boolean shared) {
    return lock(at, size, shared);
  }

  @Override
  protected void implCloseChannel() {}
}
