package belay.daemon.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.libc.Peer;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may approve what. */
final class ApprovalsTest {

  private static final Peer BOB = new Peer(70, 1001, 1001);
  private static final Peer EVE = new Peer(71, 1002, 1002);

  private static final Approvals.Question QUESTION =
      new Approvals.Question("lvremove vg0/db", "/root", "ann", "web1", List.of("It is mounted."));

  private final AtomicInteger doors = new AtomicInteger();
  private final List<String> told = new ArrayList<>();

  private Approvals approvals() {
    return new Approvals(
        _ -> {
          doors.incrementAndGet();
          return doors::decrementAndGet;
        },
        (who, _) -> who.uid() != 1002,
        told::add);
  }

  private Approvals.Pending asked(Approvals approvals) throws IOException {
    return approvals.ask(QUESTION, 60, (who, name) -> told.add(name + " " + who.uid()));
  }

  @Test
  void anotherPersonSeesTheLineAndApprovesIt() throws IOException {
    try (Approvals approvals = approvals();
        Approvals.Pending line = asked(approvals)) {
      assertEquals(Optional.of(QUESTION), approvals.look(BOB, line.code()));
      assertEquals(Optional.empty(), line.approver());
      assertTrue(approvals.approve(BOB, line.code().toLowerCase(Locale.ROOT), "bob"));
      assertEquals(Optional.of("bob (uid 1001)"), line.approver());
      assertTrue(approvals.approve(BOB, line.code(), "bob"));
      assertEquals(List.of("bob 1001"), told);
    }
  }

  @Test
  void whoMayNotApproveLearnsNothing() throws IOException {
    try (Approvals approvals = approvals();
        Approvals.Pending line = asked(approvals)) {
      assertEquals(Optional.empty(), approvals.look(EVE, line.code()));
      assertFalse(approvals.approve(EVE, line.code(), "eve"));
      assertEquals(Optional.empty(), line.approver());
    }
  }

  @Test
  void whoGuessesIsNotEvenHeardWithTheRightCode() throws IOException {
    try (Approvals approvals = approvals();
        Approvals.Pending line = asked(approvals)) {
      for (int i = 0; i < 5; i++) {
        assertEquals(Optional.empty(), approvals.look(BOB, "AAAA222" + i));
      }
      assertEquals(Optional.empty(), approvals.look(BOB, line.code()));
      assertEquals(Optional.of(QUESTION), approvals.look(new Peer(72, 1003, 1003), line.code()));
    }
  }

  @Test
  void theDoorIsOpenOnlyAsLongAsALineWaits() throws IOException {
    try (Approvals approvals = approvals()) {
      Approvals.Pending first = asked(approvals);
      Approvals.Pending second = asked(approvals);
      assertEquals(1, doors.get());
      first.close();
      assertEquals(Optional.empty(), approvals.look(BOB, first.code()));
      assertEquals(1, doors.get());
      second.close();
      assertEquals(0, doors.get());
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        // uid, login uid, may
        "1001, 1001, true",
        "1001, 1000, false",
        "1001, 4294967295, true",
        "1001, none, true",
        "1000, 1000, false",
        "1000, 1001, false",
        "0, 1001, true",
        "0, 1000, false",
        "0, 4294967295, false",
        "0, none, false",
      })
  void nobodyIsAnotherPersonThroughSudo(int uid, String login, boolean may) throws IOException {
    try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
      Path proc = files.getPath("/proc");
      Path process = Files.createDirectories(proc.resolve("70"));
      if (login != null) {
        Files.writeString(process.resolve("loginuid"), login);
      }
      OtherPerson other = new OtherPerson(1000, proc, _ -> true);
      assertEquals(may, other.admits(new Peer(70, uid, uid), 60));
      assertFalse(other.admits(new Peer(0, uid, uid), 60));
      assertFalse(new OtherPerson(1000, proc, _ -> false).admits(new Peer(70, uid, uid), 60));
    }
  }

  /** Ann (1000) became root, and asks as root. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        // uid, login uid, may
        "1000, 1000, false",
        "1001, 1000, false",
        "1001, 1001, true",
        "1000, 1001, false",
        // Started by a service, so that it has no login.
        "1001, 4294967295, false",
        "1001, none, false",
      })
  void whoAsksAsRootCannotApproveAsHimself(int uid, String login, boolean may) throws IOException {
    try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
      Path proc = files.getPath("/proc");
      Files.writeString(Files.createDirectories(proc.resolve("60")).resolve("loginuid"), "1000");
      Path process = Files.createDirectories(proc.resolve("70"));
      if (login != null) {
        Files.writeString(process.resolve("loginuid"), login);
      }
      OtherPerson other = new OtherPerson(0, proc, _ -> true);
      assertEquals(may, other.admits(new Peer(70, uid, uid), 60));
    }
  }
}
