package io.mintmark.sidecar.delivery;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Deliveries that are one to whoever configures them. */
public record Several(String name, List<DeliveryPlan> parts) implements DeliveryPlan {
  public Several {
    parts = List.copyOf(parts);
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
      public void stop(Duration grace) {
        opened.reversed().forEach(part -> part.stop(grace));
      }
    };
  }
}
