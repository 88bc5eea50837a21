package io.mintmark.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.evidence.KeyLoader.Loaded;
import io.mintmark.fetch.LocalFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FileLoaderTest {
  private String content = "keys 1";
  private final FileLoader<String> loader =
      new FileLoader<>(
          new LocalFile() {
            @Override
            public byte[] read(int maxBytes) throws IOException {
              if (content.length() > maxBytes) {
                throw new IOException("is too large");
              }
              return content.getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public String toString() {
              return "a.json";
            }
          },
          FileLoaderTest::parse);

  private static String parse(byte[] bytes) throws UnusableKeys {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (!text.startsWith("keys")) {
      throw new UnusableKeys(text);
    }
    return text;
  }

  @Test
  void aFileThatIsTheSameIsUnchangedAndAnyOtherIsRead() {
    assertThat(loader.load(null)).isInstanceOf(Loaded.Fresh.class);
    assertThat(loader.load("keys 1")).isInstanceOf(Loaded.Unchanged.class);
    content = "keys 2";
    assertThat(loader.load("keys 1"))
        .isInstanceOfSatisfying(
            Loaded.Fresh.class, fresh -> assertThat(fresh.keys()).isEqualTo("keys 2"));
  }

  @Test
  void aFileThatWasReadIsReadAgainWhereNothingWasLearned() {
    assertThat(loader.load(null)).isInstanceOf(Loaded.Fresh.class);
    assertThat(loader.load(null)).isInstanceOf(Loaded.Fresh.class);
  }

  @Test
  void aFileIsAMebibyteAtMost() {
    content = "keys " + "x".repeat((1 << 20) - 5);
    assertThat(loader.load(null)).isInstanceOf(Loaded.Fresh.class);
    content += "x";
    assertThat(loader.load(null)).isInstanceOf(Loaded.Failed.class);
  }

  @Test
  void whatIsSaidOfUnusableKeysIsShortAndPlain() {
    content = "\u001b[2J" + "x".repeat(1_000);
    assertThatThrownBy(loader::read)
        .isInstanceOf(UnusableKeys.class)
        .message()
        .hasSizeLessThanOrEqualTo(300)
        .startsWith("file \"a.json\" holds no usable keys: ?[2Jxx");
  }
}
