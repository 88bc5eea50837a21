import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Prints the shared libraries that programs need of the system, as paths below its root: what ldd
 * would say, for any machine and without running one of them.
 *
 * <p>usage: Needed.java SYSROOT FOLDER... (programs, libraries, and libraries in jars, at any
 * depth)
 */
final class Needed {
  private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F'};
  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final int PT_INTERP = 3;
  private static final int DT_NEEDED = 1;
  private static final int DT_STRTAB = 5;

  /** What one file asks for: names of libraries, and the path of its loader. */
  private record Wants(List<String> libraries, List<String> loader) {}

  private Needed() {}

  public static void main(String... arguments) throws IOException {
    Path sysroot = Path.of(arguments[0]);
    Set<String> own = new TreeSet<>();
    Deque<byte[]> unread = new ArrayDeque<>();
    for (String folder : List.of(arguments).subList(1, arguments.length)) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          own.add(file.getFileName().toString());
          if (file.toString().endsWith(".jar")) {
            fromJar(file, unread);
          } else {
            unread.add(Files.readAllBytes(file));
          }
        }
      }
    }
    TreeMap<String, String> found = new TreeMap<>();
    while (!unread.isEmpty()) {
      Wants wants = read(ByteBuffer.wrap(unread.poll()));
      for (String loader : wants.loader()) {
        if (found.put(Path.of(loader).getFileName().toString(), loader) == null) {
          unread.add(Files.readAllBytes(sysroot.resolve(loader.substring(1))));
        }
      }
      for (String name : wants.libraries()) {
        if (!own.contains(name) && !found.containsKey(name)) {
          String path = find(sysroot, name);
          found.put(name, path);
          unread.add(Files.readAllBytes(sysroot.resolve(path.substring(1))));
        }
      }
    }
    found.values().forEach(System.out::println);
  }

  private static void fromJar(Path jar, Deque<byte[]> unread) throws IOException {
    String machine = System.getProperty("machine", "x86_64");
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().filter(e -> e.getName().endsWith(".so")).toList()) {
        byte[] content = zip.getInputStream(entry).readAllBytes();
        if (machine(content).equals(machine)) {
          unread.add(content);
        }
      }
    }
  }

  private static String machine(byte[] file) {
    return file.length < 20 || file[4] != 2
        ? "none"
        : switch (ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getShort(18)) {
          case 62 -> "x86_64";
          case 183 -> "aarch64";
          default -> "other";
        };
  }

  /** Where a loader of Debian's or Red Hat's looks by itself. */
  private static String find(Path sysroot, String name) throws IOException {
    String triplet = System.getProperty("machine", "x86_64") + "-linux-gnu";
    List<String> folders = new ArrayList<>();
    for (String top : List.of("/lib", "/usr/lib")) {
      folders.addAll(List.of(top + "/" + triplet, top + "64", top));
    }
    for (String folder : folders) {
      if (Files.isRegularFile(sysroot.resolve(folder.substring(1)).resolve(name))) {
        return folder + "/" + name;
      }
    }
    throw new IOException("\"" + name + "\" is nowhere below \"" + sysroot + "\"");
  }

  private static Wants read(ByteBuffer file) {
    List<String> libraries = new ArrayList<>();
    List<String> loader = new ArrayList<>();
    byte[] head = new byte[4];
    if (file.capacity() < 64) {
      return new Wants(libraries, loader);
    }
    file.get(0, head);
    if (!java.util.Arrays.equals(head, MAGIC) || file.get(4) != 2) {
      return new Wants(libraries, loader);
    }
    file.order(ByteOrder.LITTLE_ENDIAN);
    int headers = (int) file.getLong(32);
    int size = file.getShort(54);
    int count = file.getShort(56);
    for (int i = 0; i < count; i++) {
      int at = headers + i * size;
      if (file.getInt(at) == PT_INTERP) {
        loader.add(text(file, (int) file.getLong(at + 8)));
      } else if (file.getInt(at) == PT_DYNAMIC) {
        dynamic(file, at, headers, size, count, libraries);
      }
    }
    return new Wants(libraries, loader);
  }

  private static void dynamic(
      ByteBuffer file, int at, int headers, int size, int count, List<String> libraries) {
    int start = (int) file.getLong(at + 8);
    int end = start + (int) file.getLong(at + 32);
    long strings = 0;
    List<Long> names = new ArrayList<>();
    for (int entry = start; entry < end; entry += 16) {
      long tag = file.getLong(entry);
      if (tag == DT_NEEDED) {
        names.add(file.getLong(entry + 8));
      } else if (tag == DT_STRTAB) {
        strings = file.getLong(entry + 8);
      }
    }
    for (int i = 0; i < count; i++) {
      int load = headers + i * size;
      long address = file.getLong(load + 16);
      if (file.getInt(load) == PT_LOAD
          && address <= strings
          && strings < address + file.getLong(load + 32)) {
        long offset = strings - address + file.getLong(load + 8);
        names.forEach(name -> libraries.add(text(file, (int) (offset + name))));
        return;
      }
    }
  }

  private static String text(ByteBuffer file, int from) {
    int to = from;
    while (file.get(to) != 0) {
      to++;
    }
    byte[] bytes = new byte[to - from];
    file.get(from, bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
