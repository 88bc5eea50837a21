package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What systemd passes; {@code src/interop/socket-activation} passes it to a broker. */
final class PassedSocketTest {
  private static final long PID = 4711;
  private static final int LOCAL = 1;
  private static final int INTERNET = 2;
  private static final int STREAM = 1;
  private static final int DATAGRAM = 2;

  @ParameterizedTest
  @ValueSource(strings = {"0", "2", "-1", "01", "+1", " 1", "", "x\n"})
  void anotherNumberThanOneStopsTheStart(String count) {
    assertThatThrownBy(() -> PassedSocket.expectOne(passed(count, "4711"), PID))
        .isInstanceOf(StartupRefused.class)
        .hasMessageContaining("one socket is served, but LISTEN_FDS is")
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource({"1, 4712", "1, 04711", "1, ''", "1, x", "1,", ", 4711", ","})
  void whatIsPassedToAnotherProcessIsNotTaken(String count, String pid) {
    assertThatThrownBy(() -> PassedSocket.expectOne(passed(count, pid), PID))
        .isInstanceOf(StartupRefused.class)
        .hasMessageContaining("no socket was passed to this process");
    assertThatCode(() -> PassedSocket.expectNone(passed(count, pid), PID))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "x"})
  void aSocketThatNobodyAskedForStopsTheStart(String count) {
    assertThatThrownBy(() -> PassedSocket.expectNone(passed(count, "4711"), PID))
        .isInstanceOf(StartupRefused.class)
        .hasMessageContaining("set MINTMARK_HTTPS_LISTEN to \"systemd\"");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void onlyATcpSocketThatListensIsTaken() throws Throwable {
    assertThat(listens(INTERNET, STREAM, true)).isTrue();
    assertThat(listens(INTERNET, STREAM, false)).isFalse();
    assertThat(listens(INTERNET, DATAGRAM, false)).isFalse();
    assertThat(listens(LOCAL, STREAM, false)).isFalse();
    assertThat(new Descriptor(-1).listens()).isFalse();
  }

  private static Map<String, String> passed(String count, String pid) {
    Map<String, String> environment = new HashMap<>();
    environment.put("LISTEN_FDS", count);
    environment.put("LISTEN_PID", pid);
    environment.values().removeAll(Collections.singleton(null));
    return environment;
  }

  private static boolean listens(int family, int type, boolean listening) throws Throwable {
    int descriptor = (int) libc("socket", 3).invokeExact(family, type, 0);
    try {
      assertThat(descriptor).isPositive();
      if (listening) {
        // on a port that the system chooses
        assertThat((int) libc("listen", 2).invokeExact(descriptor, 1)).isZero();
      }
      return new Descriptor(descriptor).listens();
    } finally {
      assertThat((int) libc("close", 1).invokeExact(descriptor)).isZero();
    }
  }

  @SuppressWarnings("restricted") // calls of libc
  private static MethodHandle libc(String name, int arguments) {
    ValueLayout[] layouts = new ValueLayout[arguments];
    Arrays.fill(layouts, ValueLayout.JAVA_INT);
    return Linker.nativeLinker()
        .downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow(name),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts));
  }
}
