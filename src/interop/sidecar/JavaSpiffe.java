import io.spiffe.spiffeid.TrustDomain;
import io.spiffe.svid.jwtsvid.JwtSvid;
import io.spiffe.workloadapi.DefaultJwtSource;
import io.spiffe.workloadapi.DefaultWorkloadApiClient;
import io.spiffe.workloadapi.DefaultX509Source;
import io.spiffe.workloadapi.JwtSource;
import io.spiffe.workloadapi.JwtSourceOptions;
import io.spiffe.workloadapi.WorkloadApiClient;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** Uses a Workload API socket by java-spiffe: {@code JavaSpiffe SOCKET AUDIENCE SECONDS}. */
class JavaSpiffe {
  public static void main(String[] args) throws Exception {
    String socket = "unix:" + args[0];
    String audience = args[1];
    Duration time = Duration.ofSeconds(Long.parseLong(args[2]));
    try (WorkloadApiClient client =
        DefaultWorkloadApiClient.newClient(
            DefaultWorkloadApiClient.ClientOptions.builder().spiffeSocketPath(socket).build())) {
      JwtSvid svid = client.fetchJwtSvid(audience);
      if (!client
          .validateJwtSvid(svid.getToken(), audience)
          .getSpiffeId()
          .equals(svid.getSpiffeId())) {
        throw new IllegalStateException("validation gave another identity");
      }
      client.fetchX509Bundles().getBundleForTrustDomain(TrustDomain.parse("dev.mintmark"));
    }
    try (JwtSource source =
        DefaultJwtSource.newSource(
            JwtSourceOptions.builder()
                .spiffeSocketPath(socket)
                .initTimeout(Duration.ofSeconds(20))
                .build())) {
      JwtSvid svid = source.fetchJwtSvid(audience);
      JwtSvid.parseAndValidate(svid.getToken(), source, Set.of(audience));
    }
    Set<Object> serials = new HashSet<>();
    try (DefaultX509Source source =
        DefaultX509Source.newSource(
            DefaultX509Source.X509SourceOptions.builder()
                .spiffeSocketPath(socket)
                .initTimeout(Duration.ofSeconds(20))
                .build())) {
      Instant end = Instant.now().plus(time);
      while (Instant.now().isBefore(end)) {
        var leaf = source.getX509Svid().getLeaf();
        leaf.checkValidity();
        serials.add(leaf.getSerialNumber());
        Thread.sleep(200);
      }
    }
    if (serials.size() < 2) {
      throw new IllegalStateException("no rotation was seen");
    }
    System.out.println(serials.size());
  }
}
