package io.mintmark.sidecar.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.mintmark.sidecar.process.OwnUser;
import io.mintmark.sidecar.process.UnixSignal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done after a renewal, and what it cannot do. */
class HookTest {
  @TempDir Path folder;
  private final Hand hand = new Hand();

  @AfterEach
  void close() {
    hand.close();
  }

  private Path pidFile(String text) throws IOException {
    return Files.writeString(folder.resolve("pid"), text);
  }

  private static HookPlan.Signal hup(Path file) {
    return new HookPlan.Signal(file, UnixSignal.HUP, null);
  }

  @Test
  void theProcessOfThePidFileIsSignalled() throws Exception {
    // under nohup the test would hand down that HUP is ignored
    Process process = new ProcessBuilder("env", "--default-signal=HUP", "sleep", "60").start();
    SignalHook.run(hup(pidFile(process.pid() + "\n")));

    assertThat(process.waitFor()).isEqualTo(128 + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "1", "-1", "-4242", "1 2", "12x", "99999999999", "4194399"})
  void aNumberThatMeansOthersOrNobodyIsNotSignalled(String text) {
    assertThatThrownBy(() -> SignalHook.run(hup(pidFile(text)))).isInstanceOf(IOException.class);
  }

  @Test
  void aPidFileThatOthersCanWriteIsNotBelieved() throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    Path file = pidFile(Long.toString(process.pid()));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

    assertThatThrownBy(() -> SignalHook.run(hup(file))).hasMessageContaining("written by others");
    assertThat(process.isAlive()).isTrue();
    process.destroyForcibly();
  }

  @Test
  void aLinkInThePlaceOfThePidFileIsNotFollowed() throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    Path link =
        Files.createSymbolicLink(folder.resolve("link"), pidFile(Long.toString(process.pid())));

    assertThatThrownBy(() -> SignalHook.run(hup(link))).hasMessageContaining("no regular file");
    assertThat(process.isAlive()).isTrue();
    process.destroyForcibly();
  }

  @Test
  void aProcessOfAnotherUserIsNotSignalled() throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    Path file = pidFile(Long.toString(process.pid()));
    long other = OwnUser.id() + 4242L;

    assertThatThrownBy(
            () -> SignalHook.run(new HookPlan.Signal(file, UnixSignal.TERM, Long.toString(other))))
        .hasMessageContaining("runs as user");
    assertThat(process.isAlive()).isTrue();
    process.destroyForcibly();
  }

  private void command(Duration timeout, String... words) throws Exception {
    CommandHook.run(new HookPlan.Command(List.of(words)), folder.resolve("token"), timeout);
  }

  @Test
  void aCommandHasAnEnvironmentOfItsOwn() throws Exception {
    Path out = folder.resolve("out");
    command(Duration.ofSeconds(10), "/bin/sh", "-c", "env | cut -d= -f1 > " + out);

    assertThat(Files.readAllLines(out))
        .contains("MINTMARK_FILE", "PATH")
        .doesNotContain("HOME", "JAVA_HOME", "USER");
  }

  @Test
  void aCommandIsNoShell() throws Exception {
    Path out = folder.resolve("out");
    command(Duration.ofSeconds(10), "/bin/echo", "x; touch " + out);

    assertThat(out).doesNotExist();
  }

  @Test
  void whatALateCommandStartedIsEndedWithItHoweverItHides() throws Exception {
    Path pids = folder.resolve("pids");
    String hidden = "setsid sh -c 'echo $$ >> " + pids + "; exec sleep 60' > /dev/null 2>&1 &";
    assertThatThrownBy(
            () ->
                command(
                    Duration.ofSeconds(2),
                    "/bin/sh",
                    "-c",
                    "(" + hidden + ") ; echo $$ >> " + pids + "; sleep 60"))
        .hasMessageContaining("did not end within 2 s");

    List<String> numbers = Files.readAllLines(pids);
    assertThat(numbers).hasSize(2);
    for (String number : numbers) {
      assertThat(ended(number)).as("process %s", number).isTrue();
    }
  }

  /** Gone, or a zombie that its new parent has not waited for. */
  private static boolean ended(String pid) throws InterruptedException {
    for (int i = 0; i < 200; i++) {
      try {
        if (Files.readString(Path.of("/proc", pid, "stat")).contains(") Z ")) {
          return true;
        }
      } catch (IOException gone) {
        return true;
      }
      Thread.sleep(20);
    }
    return false;
  }

  @Test
  void aChildThatKeepsThePipeOpenKeepsNobodyWaiting() throws Exception {
    command(Duration.ofSeconds(30), "/bin/sh", "-c", "sleep 600 & exit 0");
  }

  @Test
  void whatACommandPrintsIsBoundedAndShowsNoCredential() {
    String secret = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";
    assertThatThrownBy(
            () ->
                command(
                    Duration.ofSeconds(10),
                    "/bin/sh",
                    "-c",
                    "echo refused " + secret + "; head -c 100000 /dev/zero | tr '\\0' ' '; exit 3"))
        .hasMessageContaining("exit code 3: refused [withheld]")
        .satisfies(failed -> assertThat(failed.getMessage()).hasSizeLessThan(700));
  }

  @Test
  void aRedirectIsNotFollowedAndOnlySuccessIsSuccess() throws Exception {
    AtomicInteger elsewhere = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/redirect",
        exchange -> {
          exchange.getResponseHeaders().set("location", "/elsewhere");
          exchange.sendResponseHeaders(307, -1);
          exchange.close();
        });
    server.createContext(
        "/elsewhere",
        exchange -> {
          elsewhere.incrementAndGet();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try {
      String base = "http://127.0.0.1:" + server.getAddress().getPort();
      Duration limit = Duration.ofSeconds(5);
      var timer = hand.surroundings().timer();
      assertThatThrownBy(
              () ->
                  HttpHook.run(
                      new HookPlan.Http(URI.create(base + "/redirect"), false), limit, timer))
          .hasMessageContaining("307");
      assertThat(elsewhere).hasValue(0);
      HttpHook.run(new HookPlan.Http(URI.create(base + "/elsewhere"), false), limit, timer);
      assertThat(elsewhere).hasValue(1);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void anotherMachineIsNotCalledUnlessThatWasSaid() {
    assertThatThrownBy(
            () ->
                HttpHook.run(
                    new HookPlan.Http(URI.create("http://192.0.2.1/"), false),
                    Duration.ofSeconds(1),
                    hand.surroundings().timer()))
        .hasMessageContaining("is not this machine");
  }

  /** As after the one write of an init container: the hook had no turn yet when all ended. */
  @Test
  void aHookThatIsDueAtTheEndRunsBeforeIt() throws Exception {
    Path out = folder.resolve("out");
    HookPlan plan =
        new HookPlan(
            new HookPlan.Command(List.of("/bin/sh", "-c", "echo run >> " + out)),
            Duration.ofSeconds(1));
    HookRunner hook =
        new HookRunner(plan, folder.resolve("token"), "file", hand.surroundings(never -> {}));
    hook.fire();
    hook.stop(Duration.ofMillis(100));
    assertThat(out).hasContent("run\n");

    HookRunner idle =
        new HookRunner(plan, folder.resolve("token"), "file", hand.surroundings(never -> {}));
    idle.stop(Duration.ofMillis(100));
    assertThat(out).hasContent("run\n");
  }

  @Test
  void theHookOfARenewalDuringAHookRunsBeforeTheEnd() throws Exception {
    Path out = folder.resolve("out");
    Path go = folder.resolve("go");
    HookPlan plan =
        new HookPlan(
            new HookPlan.Command(
                List.of(
                    "/bin/sh",
                    "-c",
                    "echo run >> " + out + "; until test -e " + go + "; do sleep 0.05; done")),
            Duration.ofSeconds(30));
    ExecutorService workers = Executors.newFixedThreadPool(2);
    try {
      HookRunner hook =
          new HookRunner(plan, folder.resolve("token"), "file", hand.surroundings(workers));
      hook.fire();
      for (int tries = 0; tries < 500 && !Files.exists(out); tries++) {
        Thread.sleep(10);
      }
      hook.fire();
      Thread end = new Thread(() -> hook.stop(Duration.ofSeconds(1)));
      end.start();
      while (end.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      Files.createFile(go);
      end.join(TimeUnit.SECONDS.toMillis(60));
      assertThat(out).hasContent("run\nrun\n");
    } finally {
      workers.shutdownNow();
    }
  }

  @Test
  void renewalsThatComeDuringAHookAreOneMoreHookAndAreWrittenAtOnce() throws Exception {
    CountDownLatch called = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/",
        exchange -> {
          calls.incrementAndGet();
          called.countDown();
          try {
            release.await(20, TimeUnit.SECONDS);
          } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
          }
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    ExecutorService workers = Executors.newFixedThreadPool(4);
    try {
      URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
      Path file = folder.resolve("token");
      FilePlan plan =
          new FilePlan(
              file,
              new Content.Token(Hand.LEDGER),
              Ownership.OURS,
              false,
              true,
              new HookPlan(new HookPlan.Http(url, false), Duration.ofSeconds(30)));
      var surroundings = hand.surroundings(workers);
      var delivery = new FileDelivery(plan, plan.target(Disk.REAL), surroundings);
      delivery.start();
      hand.giveToken("t0", 60);
      assertThat(called.await(20, TimeUnit.SECONDS)).isTrue();
      for (int i = 1; i <= 5; i++) {
        hand.giveToken("t" + i, 60);
        String expected = "t" + i;
        for (int tries = 0; tries < 500 && !Files.readString(file).equals(expected); tries++) {
          Thread.sleep(10);
        }
        assertThat(file).hasContent(expected);
      }
      assertThat(calls).hasValue(1);
      release.countDown();
      for (int tries = 0; tries < 500 && calls.get() < 2; tries++) {
        Thread.sleep(10);
      }
      delivery.stop(Duration.ofSeconds(10));
      assertThat(calls).hasValue(2);
    } finally {
      release.countDown();
      server.stop(0);
      workers.shutdownNow();
    }
  }
}
