package io.mintmark.sidecar.clients;

import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.files.Preset;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.Section;

/**
 * Compiles a delivery to Vault and OpenBao: a token for the JWT method, and the configuration by
 * which their agent logs in with it.
 */
public final class VaultSection {
  private static final String CONFIG = "agent.hcl";
  private static final String JWT = "jwt";
  private static final String SINK = "token";

  private VaultSection() {}

  /**
   * What is wrong is said at its place.
   *
   * @param entry one of {@code spec.deliver}, which names the token to log in with
   * @param to what the agent's configuration says
   */
  public static DeliveryPlan compile(Section entry, Section to) {
    Wanted token = Credential.token(entry, "vault");
    Preset preset = Preset.of(to);
    Values values = new Values(to, "\"", "\\", "${", "%{");
    AgentConfig config =
        new AgentConfig(
            values.https("address"),
            values.optionalPath("certificateAuthority"),
            values.optional("namespace"),
            values.text("mount", "jwt"),
            values.text("role", ""),
            values.checked("folder", preset.path(JWT)),
            preset.path(SINK));
    preset.fixed(CONFIG, config.toHcl()).token(JWT, token).variable("VAULT_ADDR", config.address());
    if (config.authority() != null) {
      preset.variable("VAULT_CACERT", config.authority().toString());
    }
    if (config.namespace() != null) {
      preset.variable("VAULT_NAMESPACE", config.namespace());
    }
    return preset.plan("vault");
  }
}
