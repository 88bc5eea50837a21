package io.mintmark.sidecar.cloud;

import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.files.Preset;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.Section;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Compiles a delivery to Azure's client libraries: a federated token, and the variables by which
 * they find it.
 */
public final class AzureSection {
  /** What Entra expects as {@code aud}; the national clouds append their names. */
  private static final String AUDIENCE = "api://AzureADTokenExchange";

  private AzureSection() {}

  /**
   * What is wrong is said at its place.
   *
   * @param entry one of {@code spec.deliver}, which names the token
   * @param to whom to be in which tenant
   */
  public static DeliveryPlan compile(Section entry, Section to) {
    Wanted token = CloudToken.of(entry);
    if (!CloudToken.audience(token).startsWith(AUDIENCE)) {
      entry.warning(
          "credential",
          "Entra takes \"" + AUDIENCE + "\" unless the federated credential names another");
    }
    if (token instanceof Wanted.JwtSvid) {
      entry.warning(
          "credential",
          "Entra takes RS256 only: an access token has it where its Resource says signing: RS256");
    }
    Preset preset = Preset.of(to);
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("AZURE_CLIENT_ID", to.text("clientId"));
    variables.put("AZURE_TENANT_ID", to.text("tenantId"));
    variables.put("AZURE_FEDERATED_TOKEN_FILE", PlainPath.text(to, preset.path("token")));
    variables.put(
        "AZURE_AUTHORITY_HOST", to.text("authorityHost", "https://login.microsoftonline.com/"));
    String lines =
        variables.entrySet().stream()
            .map(variable -> variable.getKey() + "=" + variable.getValue() + "\n")
            .collect(Collectors.joining());
    preset.fixed("azure.env", lines).token("token", token);
    variables.forEach(preset::variable);
    preset.displacing(
        "AZURE_CLIENT_SECRET",
        "AZURE_CLIENT_CERTIFICATE_PATH",
        "AZURE_CLIENT_CERTIFICATE_PASSWORD",
        "AZURE_USERNAME",
        "AZURE_PASSWORD");
    return preset.plan("azure");
  }
}
