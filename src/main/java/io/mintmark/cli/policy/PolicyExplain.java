package io.mintmark.cli.policy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Kind;
import io.mintmark.policy.Explanation;
import io.mintmark.policy.PolicyContext;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mintmark policy explain}. */
@Command(
    name = "explain",
    description = "Tells what a policy decides for one supposed request, and why.",
    footer = {
      "",
      "Example:",
      "  mintmark policy explain deploy/policy --evidence jwt-svid \\",
      "    --workload spiffe://dev.mintmark/ns/payments/sa/orders \\",
      "    --resource https://ledger.example.org --scope ledger:read",
      "",
      "Exit 0: granted; 1: denied, or the policy has errors; 2: wrong usage."
    })
final class PolicyExplain implements Callable<Integer> {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  @Mixin PolicyOptions options = new PolicyOptions();

  @Mixin SupposedRequest request = new SupposedRequest();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Option(names = "--all", description = "Show every grant, not only those that come near.")
  boolean all;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PolicyContext context = options.context();
    PolicyLoad load;
    try {
      load = options.load();
    } catch (DocumentErrors e) {
      PolicyLoad.print(spec.commandLine().getErr(), e.problems());
      return 1;
    }
    Explanation explanation =
        load.policy()
            .explain(
                request.facts(),
                request.ask(name -> audience(load.documents(), context, name)),
                request.time());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JSON.writeValueAsString(explanation));
    } else {
      out.print(all ? explanation.wholeText() : explanation.text());
    }
    out.flush();
    return explanation.granted() ? 0 : 1;
  }

  /** A resource may be named by its audience or by its document. */
  private static String audience(DocumentSet documents, PolicyContext context, String name) {
    for (Document document : documents.ofKind(Kind.RESOURCE.word())) {
      if (document.name().equals(name)) {
        return document.spec().path("audience").asText();
      }
    }
    return name.equals("mintmark-admin") ? context.adminAudience() : name;
  }
}
