import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Writes jars anew so that the same content is the same bytes: entries in the order of their names
 * after the manifest, of one date, stored, since the layer is compressed as a whole and the JVM
 * need not inflate. Signatures are left out: the image's digest vouches for all of it, and the JVM
 * caches no class of a signed jar. So are libraries for other machines than -Dmachine. The
 * sidecar's jar loses its shared libraries, which lie beside it, and what Quarkus generates has
 * {@link Keys} that are the same in each build.
 *
 * <p>usage: Jars.java FROM TO [FROM TO]...
 */
final class Jars {
  private static final String MANIFEST = "META-INF/MANIFEST.MF";
  private static final String MACHINE = System.getProperty("machine", "x86_64");

  private Jars() {}

  public static void main(String... arguments) throws IOException {
    for (int i = 0; i < arguments.length; i += 2) {
      rewrite(Path.of(arguments[i]), Path.of(arguments[i + 1]));
    }
  }

  private static void rewrite(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (ZipFile jar = new ZipFile(from.toFile());
        OutputStream file = Files.newOutputStream(to);
        ZipOutputStream written = new ZipOutputStream(file)) {
      written.setMethod(ZipOutputStream.STORED);
      SortedMap<String, byte[]> contents =
          new TreeMap<>(
              Comparator.comparing((String name) -> !name.equals(MANIFEST))
                  .thenComparing(Comparator.naturalOrder()));
      for (ZipEntry entry : jar.stream().map(ZipEntry.class::cast).toList()) {
        if (!left(to, entry.getName())) {
          contents.put(entry.getName(), jar.getInputStream(entry).readAllBytes());
        }
      }
      if (to.endsWith("generated-bytecode.jar")) {
        Keys.number(contents);
      }
      for (var entry : contents.entrySet()) {
        byte[] content = entry.getValue();
        CRC32 sum = new CRC32();
        sum.update(content);
        ZipEntry copy = new ZipEntry(entry.getKey());
        copy.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
        copy.setSize(content.length);
        copy.setCrc(sum.getValue());
        written.putNextEntry(copy);
        written.write(content);
        written.closeEntry();
      }
    }
    Files.setLastModifiedTime(to, FileTime.from(Instant.ofEpochSecond(1)));
  }

  /** Whether it is left out. */
  private static boolean left(Path to, String name) {
    return name.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)")
        || isForeign(name)
        || (to.endsWith("mintmark-sidecar.jar") && name.startsWith("META-INF/native/"));
  }

  /** Whether it is a library that by its name is of another machine or another system. */
  private static boolean isForeign(String name) {
    boolean forIntel = name.matches(".*(x86_64|amd64).*");
    boolean forArm = name.matches(".*(aarch_?64|arm64).*");
    return name.matches(".*\\.(dll|dylib|jnilib)")
        || (name.endsWith(".so")
            && (forIntel || forArm)
            && !(MACHINE.equals("aarch64") ? forArm : forIntel));
  }
}
