package io.mintmark.sidecar.delivery;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Deliveries that are one to whoever configures them.
 *
 * @param environment of a program that is run with them
 * @param displaced variables that it must not inherit
 */
public record Several(
    String name, List<DeliveryPlan> parts, Map<String, String> environment, Set<String> displaced)
    implements DeliveryPlan {
  public Several {
    parts = List.copyOf(parts);
    environment = Map.copyOf(environment);
    displaced = Set.copyOf(displaced);
  }

  @Override
  public Set<Path> paths() {
    return parts.stream().flatMap(part -> part.paths().stream()).collect(Collectors.toSet());
  }

  @Override
  public Set<String> holds() {
    return parts.stream().flatMap(part -> part.holds().stream()).collect(Collectors.toSet());
  }

  @Override
  public Delivery open(Surroundings surroundings) {
    List<Delivery> opened = parts.stream().map(part -> part.open(surroundings)).toList();
    return new Delivery() {
      @Override
      public void start() throws IOException {
        for (int i = 0; i < opened.size(); i++) {
          try {
            opened.get(i).start();
          } catch (IOException | RuntimeException failed) {
            opened.subList(0, i).reversed().forEach(begun -> begun.stop(Duration.ZERO));
            throw failed;
          }
        }
      }

      @Override
      public boolean ready() {
        return opened.stream().allMatch(Delivery::ready);
      }

      @Override
      public Map<String, String> environment() {
        return environment;
      }

      @Override
      public void release() {
        opened.reversed().forEach(Delivery::release);
      }

      @Override
      public Set<String> displaced() {
        return displaced;
      }

      @Override
      public void stop(Duration grace) {
        opened.reversed().forEach(part -> part.stop(grace));
      }
    };
  }
}
