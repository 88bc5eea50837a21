package io.mintmark.sidecar.files;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Calls an address of this machine, unless another was allowed. Redirects are not followed. */
final class HttpHook {
  private HttpHook() {}

  static void run(HookPlan.Http http, Duration timeout, ScheduledExecutorService timer)
      throws IOException {
    URI url = http.url();
    if (!http.remote()) {
      for (InetAddress address : InetAddress.getAllByName(host(url))) {
        if (!address.isLoopbackAddress()) {
          throw new IOException("\"" + url.getHost() + "\" is not this machine");
        }
      }
    }
    if (!(url.toURL().openConnection(Proxy.NO_PROXY) instanceof HttpURLConnection call)) {
      throw new IOException("it is no HTTP address");
    }
    int millis = Math.toIntExact(timeout.toMillis());
    call.setConnectTimeout(millis);
    call.setReadTimeout(millis);
    call.setInstanceFollowRedirects(false);
    call.setUseCaches(false);
    call.setRequestMethod("POST");
    call.setDoOutput(true);
    // with a length that is fixed the JDK does not send a POST twice
    call.setFixedLengthStreamingMode(0);
    // each read has its limit; this is the limit of them all
    Future<?> limit = timer.schedule(call::disconnect, millis, TimeUnit.MILLISECONDS);
    try {
      call.getOutputStream().close();
      int status = call.getResponseCode();
      if (status / 100 != 2) {
        throw new IOException("the answer was " + status);
      }
    } finally {
      limit.cancel(false);
      call.disconnect();
    }
  }

  private static String host(URI url) {
    String host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
