package io.mintmark.cli.bench;

import io.mintmark.cli.bench.peers.Keycloak;
import io.mintmark.cli.bench.peers.OpenBao;
import io.mintmark.cli.bench.peers.Peer;
import io.mintmark.cli.bench.peers.PeerName;
import io.mintmark.cli.bench.peers.Shown;
import io.mintmark.cli.bench.peers.Spire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which systems are measured beside the broker, and where those are that run already. */
final class PeerOptions {
  private static final int CONNECT_MILLIS = 5_000;

  @Option(
      names = "--against",
      paramLabel = "PEER",
      split = ",",
      description =
          "Measures spire, openbao and keycloak as well, one at a time, for one table; each is"
              + " installed and started for it, unless it is said where one runs.")
  List<PeerName> against = List.of();

  @Option(
      names = "--spire",
      paramLabel = "SOCKET",
      description = "The admin socket of a SPIRE server that runs already.")
  @Nullable Path spire;

  @Option(
      names = "--openbao",
      paramLabel = "URL",
      description =
          "An OpenBao that runs already, over plain HTTP; OPENBAO_TOKEN is a token that may make"
              + " mounts, roles and policies.")
  @Nullable URI openbao;

  @Option(
      names = "--keycloak",
      paramLabel = "URL",
      description =
          "A Keycloak that runs already on this machine, over plain HTTP; KEYCLOAK_USER and"
              + " KEYCLOAK_PASSWORD are of somebody who may make realms.")
  @Nullable URI keycloak;

  /** What is wrong with what was given; null where nothing is. */
  @Nullable String wrong() {
    for (PeerName name : PeerName.values()) {
      if (isGiven(name) && !against.contains(name)) {
        return "--%s is given and not --against %s".formatted(name, name);
      }
    }
    for (URI address : new @Nullable URI[] {openbao, keycloak}) {
      if (address != null && (!"http".equals(address.getScheme()) || address.getHost() == null)) {
        return "\"%s\" is not an http:// address".formatted(address);
      }
    }
    return against.size() == against.stream().distinct().count()
        ? null
        : "--against names one twice";
  }

  /** Whether one runs already. */
  boolean isGiven(PeerName name) {
    return switch (name) {
      case SPIRE -> spire != null;
      case OPENBAO -> openbao != null;
      case KEYCLOAK -> keycloak != null;
    };
  }

  /** Sees whether one that is given is there, and what it is opened with. */
  void reach(PeerName name) throws IOException {
    switch (name) {
      case SPIRE -> Spire.at(given(spire)).close();
      case OPENBAO -> {
        connect(name, given(openbao));
        secret("OPENBAO_TOKEN");
      }
      case KEYCLOAK -> {
        connect(name, given(keycloak));
        secret("KEYCLOAK_USER");
        secret("KEYCLOAK_PASSWORD");
      }
    }
  }

  Peer open(PeerName name, Shown shown) throws IOException, InterruptedException {
    return switch (name) {
      case SPIRE -> Spire.at(given(spire));
      case OPENBAO -> OpenBao.at(given(openbao), secret("OPENBAO_TOKEN"), shown);
      case KEYCLOAK ->
          Keycloak.at(given(keycloak), secret("KEYCLOAK_USER"), secret("KEYCLOAK_PASSWORD"), shown);
    };
  }

  private static void connect(PeerName name, URI address) throws IOException {
    int port = address.getPort() < 0 ? 80 : address.getPort();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.getHost(), port), CONNECT_MILLIS);
    } catch (IOException unreachable) {
      throw new IOException("%s does not answer at \"%s\"".formatted(name, address), unreachable);
    }
  }

  private static String secret(String name) throws IOException {
    String value = System.getenv(name);
    if (value == null || value.isEmpty()) {
      throw new IOException(name + " is not set");
    }
    return value;
  }

  private static <T> T given(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("asked for what is not given");
    }
    return value;
  }
}
