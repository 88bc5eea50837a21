package io.mintmark.sidecar.files;

import io.mintmark.sidecar.plan.ListenAddress;
import io.mintmark.sidecar.plan.Section;
import io.mintmark.sidecar.process.UnixSignal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Compiles the hook of one file. */
final class HookSection {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final URI NOWHERE = URI.create("http://127.0.0.1/");

  private HookSection() {}

  static HookPlan compile(Section hook) {
    long actions = List.of("signal", "command", "http").stream().filter(hook::has).count();
    if (actions != 1) {
      hook.error("", "a hook has exactly one of \"signal\", \"command\" and \"http\"");
    }
    Duration timeout = hook.duration("timeout", TIMEOUT);
    if (timeout.compareTo(LONGEST) > 0) {
      hook.error("timeout", "it is longer than 60s");
    }
    return new HookPlan(action(hook), timeout);
  }

  private static HookPlan.Action action(Section hook) {
    if (hook.has("signal")) {
      Section signal = hook.at("signal");
      return new HookPlan.Signal(
          signal.path("pidFile"),
          UnixSignal.valueOf(signal.text("signal", "HUP")),
          signal.optional("user"));
    }
    if (hook.has("command")) {
      List<String> words = hook.texts("command");
      if (!words.isEmpty() && !Path.of(words.getFirst().replace('\0', '?')).isAbsolute()) {
        hook.error("command", "the program's path begins with /");
      }
      return new HookPlan.Command(words);
    }
    Section http = hook.at("http");
    return new HookPlan.Http(url(http), http.flag("remote", false));
  }

  private static URI url(Section http) {
    if (!http.present()) {
      return NOWHERE;
    }
    try {
      URI url = new URI(http.text("url"));
      if (url.getHost() == null || url.getRawUserInfo() != null) {
        http.error("url", "it needs a host and no user");
        return NOWHERE;
      }
      String host = url.getHost().replaceAll("[\\[\\]]", "");
      if (!http.flag("remote", false) && !new ListenAddress(host, 0).loopback()) {
        http.error("url", "\"" + host + "\" is not this machine; say remote: true to call it");
      }
      return url;
    } catch (URISyntaxException malformed) {
      http.error("url", "it is no URL");
      return NOWHERE;
    }
  }
}
