import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.Jws;
import io.mintmark.jose.MalformedJose;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.JwtSvid;
import io.mintmark.spiffe.MalformedBundle;
import io.mintmark.spiffe.MalformedCertificate;
import io.mintmark.spiffe.SvidCheck;
import io.mintmark.spiffe.X509Svid;
import io.mintmark.workload.TrustDomain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Judges what the Go program beside this made, and compares with what go-spiffe said of it. Each
 * disagreement must be in the table of docs/security-testing.md, which names the clause that
 * decides.
 *
 * <p>usage: go program | java Differential.java TABLE OUT
 */
public final class Differential {
  private static final TrustDomain DOMAIN = new TrustDomain("example.org");
  private static final String AUDIENCE = "https://mintmark.example.org";
  private static final int MAX_TOKEN = 16384;

  /** Of so many inputs every row has its disagreement. */
  private static final int ENOUGH = 50000;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A verdict, ours or theirs. */
  record Verdict(boolean accepted, String said) {
    static Verdict refused(String why) {
      return new Verdict(false, why);
    }

    boolean agrees(Verdict other) {
      return accepted == other.accepted && (!accepted || said.equals(other.said));
    }

    /** In the words of the table; of two that accept, what they have read. */
    String words(Verdict other) {
      if (!accepted) {
        return said;
      }
      String read = other.accepted ? different(other) : keys();
      return read.isEmpty() ? "accepted" : "accepted: " + read;
    }

    /** Of bundles with the same number of keys: what else only this one says. */
    private String different(Verdict other) {
      return keys().equals(other.keys())
          ? said.lines()
              .filter(line -> !other.said.lines().toList().contains(line))
              .collect(Collectors.joining(", "))
          : keys();
    }

    /** How many keys were read of a bundle. */
    private String keys() {
      long keys = said.lines().filter(line -> line.matches("(jwt|x509) .*")).count();
      return keys == 0 ? "" : keys + " keys";
    }
  }

  /**
   * A row of the table: disagreements of which it says what decides.
   *
   * @param done in any of these sets each must have been done
   */
  record Row(String kind, List<List<Pattern>> done, Pattern ours, Pattern theirs, String line) {
    static Row of(String line) {
      List<String> cells = Arrays.stream(line.split("\\|")).skip(1).map(String::strip).toList();
      return new Row(
          cells.get(0),
          Arrays.stream(cells.get(1).split(" · ")).map(Row::patterns).toList(),
          pattern(cells.get(2)),
          pattern(cells.get(3)),
          line);
    }

    private static List<Pattern> patterns(String set) {
      return Arrays.stream(set.split(" \\+ ")).map(Row::pattern).toList();
    }

    private static Pattern pattern(String text) {
      return Pattern.compile("\\Q" + text.replace("…", "\\E.*\\Q") + "\\E", Pattern.DOTALL);
    }

    boolean fits(Disagreement found) {
      return kind.equals(found.kind)
          && ours.matcher(found.ours).matches()
          && theirs.matcher(found.theirs).matches()
          && done.stream().anyMatch(set -> set.stream().allMatch(one -> was(one, found.done)));
    }

    private static boolean was(Pattern one, List<String> done) {
      return done.stream().anyMatch(each -> one.matcher(each).matches());
    }

    /** Not met by chance in every run. */
    boolean isRare() {
      return done.stream().allMatch(set -> set.size() > 1);
    }
  }

  record Disagreement(String kind, List<String> done, String ours, String theirs) {}

  public static void main(String[] args) throws Exception {
    List<Row> rows =
        Files.readString(Path.of(args[0]))
            .lines()
            .dropWhile(line -> !line.equals("## Differential"))
            .filter(line -> line.matches("\\| (jwt|x509|bundle) .*"))
            .map(Row::of)
            .toList();
    Set<Row> unused = new LinkedHashSet<>(rows);
    Map<Disagreement, Integer> unlisted = new LinkedHashMap<>();
    Map<String, Integer> accepted = new TreeMap<>();
    Set<String> faults = new HashSet<>();
    int total = 0;
    int disagreed = 0;
    try (BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Writer kept = Files.newBufferedWriter(Path.of(args[1]))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode in = JSON.readTree(line);
        Verdict theirs = new Verdict(in.get("accepted").asBoolean(), in.get("said").asText());
        Verdict ours = judge(in);
        List<String> done = new ArrayList<>();
        in.get("done").forEach(each -> done.add(each.asText()));
        done.forEach(each -> faults.add(in.get("kind").asText() + " " + each));
        total++;
        boolean wrongly = done.isEmpty() && !ours.accepted;
        if (ours.agrees(theirs) && !wrongly) {
          accepted.merge(in.get("kind").asText(), ours.accepted ? 1 : 0, Integer::sum);
          continue;
        }
        disagreed++;
        Disagreement found =
            new Disagreement(in.get("kind").asText(), done, ours.words(theirs), theirs.words(ours));
        Row row = rows.stream().filter(each -> each.fits(found)).findFirst().orElse(null);
        unused.remove(row);
        if (row == null) {
          unlisted.merge(found, 1, Integer::sum);
          kept.write(line + "\n");
        }
      }
    }
    unlisted.forEach(
        (found, times) ->
            System.out.println(
                "  FAIL  no row of the table for " + found + ", " + times + " times"));
    unused.removeIf(Row::isRare);
    if (total >= ENOUGH) {
      unused.forEach(row -> System.out.println("  FAIL  no disagreement for the row " + row.line));
    }
    System.out.println(
        total
            + " inputs with "
            + faults.size()
            + " kinds of faults, "
            + disagreed
            + " disagreements for "
            + rows.size()
            + " rows of the table; both accept "
            + accepted);
    System.exit(
        total == 0 || !unlisted.isEmpty() || (total >= ENOUGH && !unused.isEmpty()) ? 1 : 0);
  }

  private static Verdict judge(JsonNode in) throws Exception {
    Instant now = Instant.ofEpochMilli(in.get("now").asLong());
    Bundle bundle;
    try {
      bundle = Bundle.parse(DOMAIN, in.get("bundle").binaryValue());
    } catch (MalformedBundle e) {
      return Verdict.refused("bundle: " + e.getMessage());
    }
    return switch (in.get("kind").asText()) {
      case "jwt" -> token(in.get("token").binaryValue(), bundle, now);
      case "x509" -> chain(in.get("chain"), bundle, now);
      default -> new Verdict(true, content(bundle));
    };
  }

  private static Verdict token(byte[] token, Bundle bundle, Instant now) {
    try {
      Jws jws = Jws.parse(new String(token, StandardCharsets.ISO_8859_1), MAX_TOKEN);
      SvidCheck strict = JwtSvid.validate(jws, bundle, AUDIENCE, now);
      SvidCheck check = JwtSvid.validateForOneOf(jws, bundle, AUDIENCE, now);
      if (strict instanceof SvidCheck.Valid && !strict.equals(check)) {
        throw new AssertionError("what is for us alone is for us");
      }
      return verdict(check, true);
    } catch (MalformedJose e) {
      return Verdict.refused(e.getMessage());
    }
  }

  private static Verdict chain(JsonNode der, Bundle bundle, Instant now) throws IOException {
    List<X509Certificate> chain = new ArrayList<>();
    for (JsonNode one : der) {
      try {
        chain.addAll(Certificates.parse(one.binaryValue(), 1));
      } catch (MalformedCertificate e) {
        return Verdict.refused(e.getMessage());
      }
    }
    return verdict(X509Svid.validate(chain, bundle, now), false);
  }

  private static Verdict verdict(SvidCheck check, boolean ends) {
    return switch (check) {
      case SvidCheck.Invalid(_, String detail) -> Verdict.refused(detail);
      case SvidCheck.Valid(var id, _, Instant end) ->
          new Verdict(true, ends ? id + " until " + end.getEpochSecond() : id.toString());
    };
  }

  private static String content(Bundle bundle) throws Exception {
    TreeSet<String> keys = new TreeSet<>();
    for (X509Certificate authority : bundle.x509Authorities()) {
      keys.add("x509 " + digest(authority.getEncoded()));
    }
    for (Jwk key : bundle.jwtAuthorities()) {
      keys.add(
          "jwt " + JSON.writeValueAsString(key.keyId()) + " " + digest(key.key().getEncoded()));
    }
    List<String> all = new ArrayList<>(keys);
    if (bundle.sequence() != null) {
      all.add("sequence " + bundle.sequence());
    }
    if (bundle.refreshHint() != null) {
      all.add("hint " + bundle.refreshHint().toSeconds());
    }
    return String.join("\n", all);
  }

  private static String digest(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8);
  }
}
