package io.mintmark.cli.bench.peers;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A protobuf message by the numbers of its fields, for the few calls of a system whose definitions
 * are not ours to carry.
 */
final class WireMessage {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  WireMessage with(int field, byte[] value) {
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeByteArray(field, value);
      out.flush();
      return this;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  WireMessage with(int field, String value) {
    return with(field, value.getBytes(StandardCharsets.UTF_8));
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  /** The first field of that number, of the kind that has a length; empty where there is none. */
  static byte[] field(byte[] message, int field) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(message);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (WireFormat.getTagFieldNumber(tag) == field
            && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          return in.readByteArray();
        }
        in.skipField(tag);
      }
      return new byte[0];
    } catch (IOException malformed) {
      return new byte[0];
    }
  }
}
