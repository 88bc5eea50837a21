package io.mintmark.powerloss;

import io.mintmark.powerloss.DiskCall.Changed;
import io.mintmark.powerloss.DiskCall.Edit;
import io.mintmark.powerloss.DiskCall.Forced;
import io.mintmark.powerloss.DiskCall.Made;
import io.mintmark.powerloss.DiskCall.Named;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Folders and files in memory, with a recording of what was asked of the disk. */
public final class Volume {
  static final int ROOT = 0;

  /** What a test makes of a call, before it has an effect. */
  public interface Fault {
    void before(String call, int node) throws IOException;
  }

  final Map<Integer, Map<String, Integer>> folders = new TreeMap<>();
  final Map<Integer, byte[]> files = new TreeMap<>();
  private final List<DiskCall> calls = new ArrayList<>();
  private final VolumeFiles provider = new VolumeFiles(this);
  private int next = 1;
  public Fault fault = (call, node) -> {};

  public Volume() {
    folders.put(ROOT, new TreeMap<>());
  }

  /** All of it durable. */
  Volume(Map<Integer, Map<String, Integer>> folders, Map<Integer, byte[]> files) {
    folders.forEach((node, names) -> this.folders.put(node, new TreeMap<>(names)));
    this.files.putAll(files);
    this.next = 1 + Math.max(last(folders), last(files));
  }

  /** The same files and folders, all of it durable. */
  public Volume copy() {
    return new Volume(folders, files);
  }

  private static int last(Map<Integer, ?> nodes) {
    return nodes.keySet().stream().mapToInt(node -> node).max().orElse(ROOT);
  }

  /** A path on it that {@link java.nio.file.Files} takes. */
  public Path path(String absolute) {
    return new VolumePath(provider.system(), Path.of(absolute));
  }

  /** How many calls there were. */
  public int calls() {
    return calls.size();
  }

  List<DiskCall> recording() {
    return List.copyOf(calls);
  }

  /** A number for the path; null where there is nothing. */
  @Nullable Integer find(Path path) {
    Integer node = ROOT;
    for (Path name : path) {
      Map<String, Integer> names = node == null ? null : folders.get(node);
      node = names == null ? null : names.get(name.toString());
    }
    return node;
  }

  int make(Path path, boolean folder) throws IOException {
    int node = next++;
    int parent = parent(path);
    fault.before("make", node);
    if (folder) {
      folders.put(node, new TreeMap<>());
    } else {
      files.put(node, new byte[0]);
    }
    calls.add(new Made(node, folder));
    name(List.of(new Edit(parent, leaf(path), node)));
    return node;
  }

  void remove(Path path, int node) throws IOException {
    fault.before("remove", node);
    name(List.of(new Edit(parent(path), leaf(path), -1)));
  }

  void rename(Path from, Path to, int node) throws IOException {
    fault.before("rename", node);
    name(List.of(new Edit(parent(from), leaf(from), -1), new Edit(parent(to), leaf(to), node)));
  }

  private void name(List<Edit> edits) {
    edits.forEach(edit -> apply(edit, folders));
    calls.add(new Named(edits));
  }

  static void apply(Edit edit, Map<Integer, Map<String, Integer>> folders) {
    Map<String, Integer> names = folders.get(edit.folder());
    if (names != null && edit.node() < 0) {
      names.remove(edit.name());
    } else if (names != null) {
      names.put(edit.name(), edit.node());
    }
  }

  void write(int file, int at, byte[] bytes) throws IOException {
    fault.before("write", file);
    byte[] old = content(file);
    byte[] content = Arrays.copyOf(old, Math.max(old.length, at + bytes.length));
    System.arraycopy(bytes, 0, content, at, bytes.length);
    change(file, content, at);
  }

  void cut(int file, int size) throws IOException {
    fault.before("cut", file);
    if (size < content(file).length) {
      change(file, Arrays.copyOf(content(file), size), size);
    }
  }

  private void change(int file, byte[] content, int from) {
    files.put(file, content);
    calls.add(new Changed(file, content, from));
  }

  void force(int node) throws IOException {
    fault.before("force", node);
    calls.add(new Forced(node));
  }

  byte[] content(int file) {
    byte[] content = files.get(file);
    if (content == null) {
      throw new IllegalStateException("no file");
    }
    return content;
  }

  private int parent(Path path) throws IOException {
    Path parent = path.getParent();
    Integer node = parent == null ? null : find(parent);
    if (node == null || !folders.containsKey(node)) {
      throw new java.nio.file.NoSuchFileException(path.toString());
    }
    return node;
  }

  private static String leaf(Path path) {
    return path.getFileName().toString();
  }
}
