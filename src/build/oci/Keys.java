import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * Numbers the keys of Quarkus' StartupContext anew: its threads draw the numbers as they come. Each
 * gets the number of when it is first met in the classes by their names, one for one in all of
 * them, so the classes do what they did. Only that text of their constants is touched.
 */
final class Keys {
  private static final String KEY = "proxykey";
  private final Map<String, String> numbered = new HashMap<>();

  private Keys() {}

  /** The contents of a jar by their names. */
  static void number(SortedMap<String, byte[]> contents) throws IOException {
    Keys keys = new Keys();
    for (var entry : contents.entrySet()) {
      if (entry.getKey().endsWith(".class")) {
        entry.setValue(keys.rewritten(entry.getValue()));
      }
    }
    if (keys.numbered.isEmpty()) {
      throw new IOException("no class that Quarkus generated has a key that is known here");
    }
  }

  /** The constants are copied as JVMS section 4.4 lays them out, and the rest as it is. */
  private byte[] rewritten(byte[] file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(file.length);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(in.readNBytes(8));
    int count = in.readUnsignedShort();
    out.writeShort(count);
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      out.writeByte(tag);
      switch (tag) {
        case 1 -> out.writeUTF(number(in.readUTF()));
        case 3, 4, 9, 10, 11, 12, 17, 18 -> out.write(in.readNBytes(4));
        case 5, 6 -> {
          out.write(in.readNBytes(8));
          i++;
        }
        case 7, 8, 16, 19, 20 -> out.write(in.readNBytes(2));
        case 15 -> out.write(in.readNBytes(3));
        default -> throw new IOException("a class has a constant of kind " + tag);
      }
    }
    in.transferTo(out);
    return bytes.toByteArray();
  }

  private String number(String text) throws IOException {
    if (!text.contains(KEY)) {
      return text;
    }
    if (!text.matches(KEY + "\\d+")) {
      throw new IOException("\"" + text + "\" has a key in it in a way that is not known here");
    }
    return numbered.computeIfAbsent(text, _ -> KEY + (numbered.size() + 1));
  }
}
