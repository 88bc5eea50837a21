import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Packs a folder as an OCI image layout in a tar file: layers of which the first change least,
 * every file of one date and root's, those that the program writes to excepted. The same folder
 * gives the same bytes. A file that stands twice in a layer is there once, so that the kernel keeps
 * one copy of it in memory, too. Prints the digest of the manifest.
 *
 * <p>usage: Pack.java ROOT ARCH OUT NAME zstd|gzip [LABEL=VALUE]...
 */
final class Pack {
  private static final long DATE = 1_000;
  private static final int ZSTD_LEVEL = 12;
  // 64 MiB, which every reader takes
  private static final int ZSTD_WINDOW = 26;
  private static final int USER = 65532;
  private static final Set<String> OF_USER = Set.of("var/lib/mintmark", "run/mintmark", "tmp");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  /** The layers, and what begins their paths; a path is in the first that fits. */
  private static final Map<String, List<String>> LAYERS = new LinkedHashMap<>();

  static {
    LAYERS.put("system", List.of("etc", "lib", "run", "tmp", "usr", "var"));
    LAYERS.put("runtimes", List.of("opt/mintmark/broker/", "opt/mintmark/sidecar/"));
    LAYERS.put("libraries", List.of("opt/mintmark/lib/", "opt/mintmark/native/"));
    LAYERS.put("caches", List.of("opt/mintmark/cache/"));
    LAYERS.put("application", List.of("opt"));
  }

  /** A layer as it is on disk. */
  private record Layer(String name, byte[] packed, String unpackedDigest) {}

  private Pack() {}

  public static void main(String... arguments) throws Exception {
    Path root = Path.of(arguments[0]);
    Path out = Path.of(arguments[2]);
    boolean zstd = arguments[4].equals("zstd");
    Map<String, String> labels = new TreeMap<>();
    for (String label : List.of(arguments).subList(5, arguments.length)) {
      labels.put(label.substring(0, label.indexOf('=')), label.substring(label.indexOf('=') + 1));
    }
    List<Layer> layers = new ArrayList<>();
    for (String name : LAYERS.keySet()) {
      Layer layer = layer(name, root, zstd);
      layers.add(layer);
      System.err.printf(
          "image: layer %s, %.1f MB, sha256:%s%n",
          name, layer.packed().length / 1e6, digest(layer.packed()));
    }
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(out))) {
      System.out.println(
          write(tar, arguments[1], arguments[3], zstd ? "zstd" : "gzip", labels, layers));
    }
  }

  private static String write(
      TarArchiveOutputStream tar,
      String arch,
      String name,
      String compression,
      Map<String, String> labels,
      List<Layer> layers)
      throws IOException {
    put(tar, "oci-layout", json(Map.of("imageLayoutVersion", "1.0.0")));
    List<Map<String, Object>> described = new ArrayList<>();
    for (Layer layer : layers) {
      described.add(
          blob(tar, "application/vnd.oci.image.layer.v1.tar+" + compression, layer.packed()));
    }
    Map<String, Object> platform = Map.of("architecture", arch, "os", "linux");
    Map<String, Object> config = new TreeMap<>(platform);
    config.put("created", "1970-01-01T00:00:01Z");
    config.put(
        "rootfs",
        Map.of(
            "type",
            "layers",
            "diff_ids",
            layers.stream().map(layer -> "sha256:" + layer.unpackedDigest()).toList()));
    config.put(
        "history",
        layers.stream()
            .map(
                layer ->
                    Map.of(
                        "created",
                        "1970-01-01T00:00:01Z",
                        "created_by",
                        "src/build/image",
                        "comment",
                        layer.name()))
            .toList());
    config.put(
        "config",
        Map.of(
            "User", USER + ":" + USER,
            "WorkingDir", "/var/lib/mintmark",
            "Env", List.of("LANG=C.UTF-8", "HOME=/var/lib/mintmark"),
            "Entrypoint", List.of("/opt/mintmark/broker/bin/java", "@/opt/mintmark/broker.args"),
            "Cmd", List.of("broker"),
            "ExposedPorts", Map.of("8443/tcp", Map.of(), "9000/tcp", Map.of()),
            "Volumes", Map.of("/tmp", Map.of(), "/var/lib/mintmark", Map.of()),
            "Labels", labels));
    Map<String, Object> manifest = new TreeMap<>();
    manifest.put("schemaVersion", 2);
    manifest.put("mediaType", "application/vnd.oci.image.manifest.v1+json");
    Map<String, Object> configuration =
        blob(tar, "application/vnd.oci.image.config.v1+json", json(config));
    manifest.put("config", configuration);
    manifest.put("layers", described);
    manifest.put("annotations", labels);
    Map<String, Object> top =
        new TreeMap<>(blob(tar, "application/vnd.oci.image.manifest.v1+json", json(manifest)));
    top.put("platform", platform);
    // the second is what containerd calls it
    top.put(
        "annotations",
        Map.of(
            "org.opencontainers.image.ref.name",
            name,
            "io.containerd.image.name",
            "docker.io/library/" + name));
    put(
        tar,
        "index.json",
        json(
            Map.of(
                "schemaVersion",
                2,
                "mediaType",
                "application/vnd.oci.image.index.v1+json",
                "manifests",
                List.of(top))));
    // what Docker before 25 looks for in place of the index
    put(
        tar,
        "manifest.json",
        json(
            List.of(
                Map.of(
                    "Config",
                    path(configuration),
                    "RepoTags",
                    List.of(name),
                    "Layers",
                    described.stream().map(Pack::path).toList()))));
    return String.valueOf(top.get("digest"));
  }

  private static String path(Map<String, Object> descriptor) {
    return "blobs/" + String.valueOf(descriptor.get("digest")).replace(':', '/');
  }

  /** Writes content under its digest and returns its descriptor. */
  private static Map<String, Object> blob(TarArchiveOutputStream tar, String type, byte[] content)
      throws IOException {
    String digest = digest(content);
    put(tar, "blobs/sha256/" + digest, content);
    return new TreeMap<>(
        Map.of("mediaType", type, "digest", "sha256:" + digest, "size", content.length));
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    entry.setModTime(DATE);
    entry.setMode(0100644);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static Layer layer(String name, Path root, boolean zstd) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    MessageDigest unpacked = sha256();
    try (OutputStream compressed = zstd ? zstd(packed) : new GZIPOutputStream(packed);
        DigestOutputStream counted = new DigestOutputStream(compressed, unpacked);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(counted)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      Map<String, String> seen = new LinkedHashMap<>();
      try (Stream<Path> paths = Files.walk(root)) {
        for (Path path : paths.filter(path -> !path.equals(root)).sorted().toList()) {
          String relative = root.relativize(path).toString();
          boolean folder = Files.isDirectory(path);
          if (isOf(name, folder ? relative + "/" : relative)) {
            add(tar, path, relative, folder, seen);
          }
        }
      }
    }
    return new Layer(name, packed.toByteArray(), HexFormat.of().formatHex(unpacked.digest()));
  }

  private static OutputStream zstd(OutputStream to) throws IOException {
    return new ZstdOutputStream(to, ZSTD_LEVEL).setLong(ZSTD_WINDOW).setChecksum(true);
  }

  private static void add(
      TarArchiveOutputStream tar, Path path, String name, boolean folder, Map<String, String> seen)
      throws IOException {
    byte[] content = folder ? new byte[0] : Files.readAllBytes(path);
    String first = folder ? null : seen.putIfAbsent(digest(content), name);
    boolean twice = first != null && content.length > 4096;
    TarArchiveEntry entry =
        twice
            ? new TarArchiveEntry(name, TarConstants.LF_LINK)
            : new TarArchiveEntry(folder ? name + "/" : name);
    int mode = (int) Files.getAttribute(path, "unix:mode");
    entry.setMode(mode & 0170777);
    entry.setModTime(DATE);
    int owner = OF_USER.contains(name) ? USER : 0;
    entry.setIds(owner, owner);
    if (twice) {
      entry.setLinkName(first);
    }
    entry.setSize(twice ? 0 : content.length);
    tar.putArchiveEntry(entry);
    if (!twice) {
      tar.write(content);
    }
    tar.closeArchiveEntry();
  }

  private static boolean isOf(String layer, String path) {
    for (Map.Entry<String, List<String>> candidate : LAYERS.entrySet()) {
      if (candidate.getValue().stream().anyMatch(path::startsWith)) {
        return candidate.getKey().equals(layer);
      }
    }
    throw new IllegalArgumentException("no layer for \"" + path + "\"");
  }

  private static byte[] json(Object value) throws IOException {
    return JSON.writeValueAsBytes(value);
  }

  private static String digest(byte[] content) {
    return HexFormat.of().formatHex(sha256().digest(content));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
