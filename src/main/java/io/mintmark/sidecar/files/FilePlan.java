package io.mintmark.sidecar.files;

import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.delivery.Surroundings;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One file, or a folder of several.
 *
 * @param path the file, or the folder of several
 * @param shared whether others may write the folder that it stands in
 * @param removedWhenLost whether it goes away when its credential expired without another
 */
record FilePlan(
    Path path,
    Content content,
    Ownership ownership,
    boolean shared,
    boolean removedWhenLost,
    @Nullable HookPlan hook)
    implements DeliveryPlan {
  private static final String KEY_STORE = "keystore.p12";
  private static final String TRUST_STORE = "truststore.p12";

  @Override
  public String name() {
    return "file \"" + path + "\"";
  }

  @Override
  public Set<Path> paths() {
    Set<Path> paths = new HashSet<>(Set.of(path));
    names().forEach(name -> paths.add(path.resolve(name)));
    return Set.copyOf(paths);
  }

  /** What stands in the folder; none where it is a file. */
  private List<String> names() {
    return switch (content) {
      case Content.Pem pem ->
          List.of(pem.key(), pem.certificate(), pem.bundle(), FolderTarget.DATA);
      case Content.Pkcs12 _ -> List.of(KEY_STORE, TRUST_STORE, FolderTarget.DATA);
      case Content.Token _,
          Content.Header _,
          Content.Json _,
          Content.ExecCredential _,
          Content.Fixed _,
          Content.Env _,
          Content.Template _,
          Content.TrustBundle _ ->
          List.of();
    };
  }

  @Override
  public Delivery open(Surroundings surroundings) {
    return new FileDelivery(this, target(Disk.REAL), surroundings);
  }

  Target target(Disk disk) {
    return switch (content) {
      case Content.Pem pem -> folder(List.of(pem.key(), pem.certificate(), pem.bundle()), disk);
      case Content.Pkcs12 _ -> folder(List.of(KEY_STORE, TRUST_STORE), disk);
      case Content.Token _,
          Content.Header _,
          Content.Json _,
          Content.ExecCredential _,
          Content.Fixed _,
          Content.Env _,
          Content.Template _,
          Content.TrustBundle _ ->
          new SingleTarget(path, shared, ownership, disk);
    };
  }

  private Target folder(List<String> names, Disk disk) {
    return new FolderTarget(path, names, shared, ownership, disk);
  }
}
