package io.mintmark;

import java.util.HashMap;
import java.util.Map;

/** Behind a proxy, so that each test has an address of its own, which pays for its refusals. */
public class GrpcEdgeProfile extends EdgeProfile {
  @Override
  public Map<String, String> getConfigOverrides() {
    Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
    settings.put("mintmark.trusted-proxies", "127.0.0.1");
    settings.put("mintmark.limits.refusals-per-address", "1");
    return settings;
  }
}
