package io.mintmark;

import io.mintmark.documents.Texts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;

/**
 * The listening socket that systemd opened and passes on as sd_listen_fds(3) has it: {@code
 * LISTEN_FDS} descriptors from 3 on, for the process {@code LISTEN_PID}. There is one or none.
 */
final class PassedSocket {
  /** What {@code MINTMARK_HTTPS_LISTEN} is where it shall be served. */
  static final String SETTING = "systemd";

  private static final String ASKED = "MINTMARK_HTTPS_LISTEN is \"" + SETTING + "\", and ";
  private static final Descriptor FIRST = new Descriptor(3);

  private PassedSocket() {}

  /**
   * Takes the one that was passed to this process; the same one each time.
   *
   * @throws StartupRefused where there is none, or what was passed is something else
   */
  static ServerSocketChannel take() {
    expectOne(System.getenv(), ProcessHandle.current().pid());
    if (!FIRST.listens()) {
      throw new StartupRefused(ASKED + "what was passed is no TCP socket that listens");
    }
    try {
      return FIRST.channel();
    } catch (IOException failed) {
      throw new StartupRefused(ASKED + "the socket cannot be taken", failed);
    }
  }

  /** Where that listens. */
  static InetSocketAddress address() {
    try {
      return (InetSocketAddress) take().getLocalAddress();
    } catch (IOException failed) {
      throw new StartupRefused(ASKED + "the socket has no address", failed);
    }
  }

  static void expectOne(Map<String, String> environment, long pid) {
    if (!isPassed(environment, pid)) {
      throw new StartupRefused(
          ASKED + "no socket was passed to this process: enable mintmark.socket");
    }
    String count = environment.getOrDefault("LISTEN_FDS", "");
    if (!count.equals("1")) {
      throw new StartupRefused(
          ASKED
              + "one socket is served, but LISTEN_FDS is \""
              + Texts.printable(count)
              + "\": mintmark.socket shall have one address");
    }
  }

  /** Refuses a start in which a socket was passed that nobody would serve. */
  static void expectNone(Map<String, String> environment, long pid) {
    if (isPassed(environment, pid)) {
      throw new StartupRefused(
          "a socket was passed to this process: set MINTMARK_HTTPS_LISTEN to \""
              + SETTING
              + "\", or disable mintmark.socket");
    }
  }

  /** Variables that a parent process was given name that one. */
  private static boolean isPassed(Map<String, String> environment, long pid) {
    return environment.containsKey("LISTEN_FDS")
        && Long.toString(pid).equals(environment.get("LISTEN_PID"));
  }
}
