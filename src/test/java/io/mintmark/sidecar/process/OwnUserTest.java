package io.mintmark.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnUserTest {
  @Test
  void itIsTheEffectiveUser() throws Exception {
    assertThat(
            OwnUser.effective(
                List.of("Name:\tUid:", "Uid:\t1000\t1001\t1002\t1003", "Gid:\t5\t5\t5\t5")))
        .isEqualTo(1001);
    assertThat(OwnUser.effective(List.of("Uid:\t0\t4294967294\t0\t0"))).isEqualTo(-2);
    assertThatThrownBy(() -> OwnUser.effective(List.of("Name:\tjava", "Uid:")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void itOwnsWhatItWrites() throws Exception {
    Path written = Files.createTempFile("own", "user");
    assertThat(OwnUser.id()).isEqualTo(Files.getAttribute(written, "unix:uid"));
    Files.delete(written);
  }
}
