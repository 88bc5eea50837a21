package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class SettingsPageTest {
  private static final Path PAGE = Path.of("docs", "configuration.md");

  @Test
  void thePageSaysWhatTheSettingsAre() throws Exception {
    if (Boolean.getBoolean("mintmark.docs.write")) {
      Files.writeString(PAGE, SettingsPage.page());
    }
    assertThat(Files.readString(PAGE)).isEqualTo(SettingsPage.page());
  }

  @Test
  void thereAreNoMoreSettingsThanAnybodyReads() {
    assertThat(SettingsPage.rows()).filteredOn(row -> !row.isOfCluster()).hasSizeLessThan(22);
    assertThat(SettingsPage.rows()).filteredOn(SettingsPage.Row::isOfCluster).hasSizeLessThan(9);
  }
}
