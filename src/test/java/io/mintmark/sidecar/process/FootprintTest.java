package io.mintmark.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FootprintTest {
  private static final String CODE =
      "7f0000001000-7f0000003000 r-xp 00000000 fe:00 42                 /usr/lib/libjvm.so";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7f0000001000-7f0000003000 rw-p 00000000 fe:00 42 /usr/lib/libjvm.so",
        "7f0000001000-7f0000003000 ---p 00000000 fe:00 42 /usr/lib/libjvm.so",
        "7f0000001000-7f0000003000 r--p 00000000 00:00 0 ",
        "7f0000001000-7f0000003000 r--p 00000000 00:00 0 [vvar]",
        "7f0000001000-7f0000003000 rwxp 00000000 00:00 0"
      })
  void whatIsWrittenOrNoFileIsKept(String header) {
    assertThat(Footprint.read(smaps(header, "0 kB", "0 kB"))).isEmpty();
  }

  @Test
  void pagesThatWereWrittenBeforeTheirMappingBecameReadOnlyAreKept() {
    assertThat(Footprint.read(smaps(CODE, "940 kB", "0 kB"))).isEmpty();
    assertThat(Footprint.read(smaps(CODE, "0 kB", "4 kB"))).isEmpty();
  }

  @Test
  void aFileThatCanBeReadAgainIsGivenBack() {
    List<String> two =
        Stream.concat(smaps(CODE, "0 kB", "0 kB").stream(), smaps(CODE, "8 kB", "0 kB").stream())
            .toList();
    assertThat(Footprint.read(two)).containsExactly(new Footprint.Mapping(0x7f0000001000L, 0x2000));
  }

  @Test
  void whatIsGivenBackIsThereWhenItIsNeeded() {
    assertThat(Footprint.giveBack()).isPositive();
    assertThat(Footprint.giveBack()).isPositive();
    assertThat("still here".toUpperCase(Locale.ROOT)).isEqualTo("STILL HERE");
  }

  private static List<String> smaps(String header, String anonymous, String swap) {
    return List.of(
        header,
        "Size:                  8 kB",
        "Private_Dirty:         8 kB",
        "Anonymous:             " + anonymous,
        "Swap:                  " + swap,
        "VmFlags: rd ex mr mw me");
  }
}
