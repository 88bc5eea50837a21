package io.mintmark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The policy that {@code --dev} begins with. */
final class SamplePolicy {
  private static final String SAMPLES = "/io/mintmark/dev-policy/";
  private static final List<String> SAMPLE_FILES = List.of("dev.yaml");

  private SamplePolicy() {}

  /** Writes the sample policy where the folder holds nothing yet. */
  static void write(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    try (DirectoryStream<Path> present = Files.newDirectoryStream(folder)) {
      if (present.iterator().hasNext()) {
        return;
      }
    }
    for (String name : SAMPLE_FILES) {
      try (InputStream sample = SamplePolicy.class.getResourceAsStream(SAMPLES + name)) {
        if (sample == null) {
          throw new IOException("this build has no sample policy \"" + name + "\"");
        }
        Files.copy(sample, folder.resolve(name));
      }
    }
  }
}
