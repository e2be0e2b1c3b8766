package belay.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import belay.daemon.libc.User;
import belay.rules.judge.Decision;
import belay.rules.judge.Rule;
import belay.rules.pack.PackReader;
import belay.rules.pack.PackResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a machine's policy demands, with a real file that really is root's, or not. */
final class PoliciesTest {

  private static final String KEY = "SHA256:" + "A".repeat(43);

  @TempDir private Path scratch = Path.of("");
  private Path machine = Path.of("");
  private Path user = Path.of("");
  private Sheets sheets = new Sheets(new Layers(List.of(), Path.of("")), Map.of(), "ann", Set.of());

  @BeforeEach
  void machine() throws IOException {
    assumeTrue(User.effective() == 0, "only root can own a policy");
    machine = Files.createDirectories(scratch.resolve("machine"));
    user = Files.createDirectories(scratch.resolve("user"));
    sheets = sheetsOf("ann", Set.of("ops"));
  }

  private Sheets sheetsOf(String name, Set<String> groups) {
    return new Sheets(new Layers(List.of(machine), user), Map.of(), name, groups);
  }

  private void policy(String text) throws IOException {
    Files.writeString(machine.resolve("policy.yaml"), text);
  }

  private static Rule rule(String id) {
    return switch (PackReader.builtIn()) {
      case PackResult.Loaded loaded ->
          loaded.rules().rules().stream()
              .filter(rule -> rule.id().equals(id))
              .findFirst()
              .orElseThrow();
      case PackResult.Rejected rejected -> throw new AssertionError(rejected.toString());
    };
  }

  private static final String REQUIRING = "require: {core.git: '*'}\n";

  private String mode() {
    Standing.Value value = sheets.read().values().get(Setting.MODE);
    return value == null ? "" : value.text();
  }

  @ParameterizedTest
  @CsvSource({
    "guard, observe, guard",
    "guard, strict, strict",
    "strict, guard, strict",
    "strict, observe, strict",
    "observe, observe, observe",
    "observe, strict, strict",
  })
  void noModeIsBelowTheFloor(String floor, String wanted, String inForce) throws IOException {
    policy("mode: " + floor + "\n");
    Files.writeString(user.resolve("config.yaml"), "mode: " + wanted + "\n");
    assertEquals(inForce, mode());
  }

  @Test
  void aRuleOfARequiredPackIsNeitherLoosenedNorPassed() throws IOException {
    policy(REQUIRING);
    Files.writeString(user.resolve("config.yaml"), "rules: {core.git/*: off}\n");
    Standing.Outcome outcome = sheets.read().outcome(rule("core.git/work-lost"));
    Rule kept = outcome.rule();
    assertTrue(
        kept != null && !kept.passable() && kept.action() == Decision.CONFIRM, outcome::toString);
    assertEquals(1, outcome.refused().size());
    assertTrue(outcome.refused().getFirst().contains("policy.yaml:1"), outcome::toString);
    Rule other = sheets.read().outcome(rule("core.files/wiped")).rule();
    assertTrue(other != null && other.passable());
  }

  @ParameterizedTest
  @CsvSource({
    "'users: [ann]', ann, none, true",
    "'users: [ann]', bob, none, false",
    "'groups: [ops]', bob, ops, true",
    "'groups: [ops]', bob, dev, false",
    "'users: [ann], groups: [ops]', bob, ops, true",
  })
  void whoMayPassIsSaidByThePolicy(String people, String name, String group, boolean passable)
      throws IOException {
    policy(REQUIRING + "passes: [{rules: core.git/*, " + people + "}]\n");
    Rule left = sheetsOf(name, Set.of(group)).read().outcome(rule("core.git/work-lost")).rule();
    assertEquals(passable, left != null && left.passable());
  }

  @ParameterizedTest
  @CsvSource({
    "'approvers: {groups: [seniors]}', ann, seniors, true",
    "'approvers: {groups: [seniors]}', ann, dev, false",
    "'approvers: {users: [ann]}', ann, dev, true",
    "'mode: guard', ann, dev, true",
  })
  void whoMayApproveIsSaidByThePolicy(String text, String name, String group, boolean may)
      throws IOException {
    policy(text + "\n");
    assertEquals(may, sheets.read().governance().mayApprove(name, Set.of(group)));
  }

  @Test
  void aSecondDirectoryAddsAndLoosensNothing() throws IOException {
    Path another = Files.createDirectories(scratch.resolve("another"));
    policy(REQUIRING + "mode: strict\nkeys: [" + KEY + "]\n");
    Files.writeString(
        another.resolve("policy.yaml"),
        "mode: guard\nrequire: {core.files: '*'}\nkeys: [\"SHA256:"
            + "B".repeat(43)
            + "\"]\npasses: [{rules: '*', users: [ann]}]\n");
    sheets =
        new Sheets(new Layers(List.of(machine, another), user), Map.of(), "ann", Set.of("ops"));
    Standing standing = sheets.read();
    assertEquals("strict", mode());
    for (String id : List.of("core.git/work-lost", "core.files/wiped")) {
      Rule left = standing.outcome(rule(id)).rule();
      assertTrue(left != null && !left.passable(), id);
    }
    assertTrue(standing.governance().namesKeys());
    assertEquals(Set.of(), standing.governance().keys(), "no key is in both");
  }

  @Test
  void whatIsBrokenLaterChangesNothing() throws IOException {
    policy("mode: strict\n");
    assertEquals("strict", mode());
    policy("mode: strickt\n");
    assertEquals("strict", mode());
    String said = String.join("\n", sheets.read().governance().complaints());
    assertTrue(said.contains("policy.yaml:1:7"), said);
    assertTrue(said.contains("strict"), said);
    assertTrue(said.contains("the last good policy stays in force"), said);
    Files.delete(machine.resolve("policy.yaml"));
    assertEquals("guard", mode());
  }

  @Test
  void whatIsBrokenFromTheBeginningLocksEverything() throws IOException {
    policy("requires: {core.git: '*'}\n");
    Files.writeString(user.resolve("config.yaml"), "mode: observe\nrules: {core.files/*: off}\n");
    assertEquals("guard", mode());
    Rule left = sheets.read().outcome(rule("core.files/wiped")).rule();
    assertTrue(left != null && !left.passable());
    String said = String.join("\n", sheets.read().governance().complaints());
    assertTrue(said.contains("did you mean `require`") || said.contains("`require`"), said);
    assertTrue(said.contains("every setting and rule is locked"), said);
  }

  @ParameterizedTest
  @CsvSource({
    "file, rw-rw-r--, 0",
    "file, rw-r--rw-, 0",
    "file, rw-r--r--, 65534",
    "directory, rwxrwxr-x, 0",
    "directory, rwxr-xr-x, 65534",
  })
  void whatOthersCouldHaveWrittenIsNotBelieved(String what, String mode, int owner)
      throws IOException {
    policy("mode: observe\n");
    Files.writeString(user.resolve("config.yaml"), "mode: observe\n");
    assertEquals("observe", mode());
    Path changed = what.equals("file") ? machine.resolve("policy.yaml") : machine;
    Files.setPosixFilePermissions(changed, PosixFilePermissions.fromString(mode));
    Files.setAttribute(changed, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
    sheets = sheetsOf("ann", Set.of());
    assertEquals("guard", mode());
    String said = String.join("\n", sheets.read().governance().complaints());
    assertTrue(said.contains("`" + changed.toRealPath() + "`"), said);
    assertTrue(said.contains("`chown root:root` and `chmod go-w` mend it"), said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "require: [core.git]                       | `require` must be a mapping",
        "require: {core.git: banana}               | `banana` is no range of versions",
        "require: {x: {key: abc}}                  | `abc` is no fingerprint",
        "keys: [abc]                               | `abc` is no fingerprint",
        "mode: off                                 | `off`",
        "passes: [{rules: x/y}]                    | nobody is named",
        "passes: [{users: [ann]}]                  | `rules` is missing",
        "journal: {retention: forever}             | write days: `400d`",
        "audit: {to: ftp://x}                      | no place for records",
        "approvers: {user: ann}                    | `users`",
        "wibble: 1                                 | `wibble`",
      })
  void whatIsWrongIsSaidWithItsPlace(String text, String said) throws IOException {
    policy("# a policy\n" + text + "\n");
    List<String> complaints = sheets.read().governance().complaints();
    assertFalse(complaints.isEmpty());
    assertTrue(complaints.getFirst().contains("policy.yaml:2:"), complaints::toString);
    assertTrue(complaints.getFirst().contains(said), complaints::toString);
  }

  @Test
  void theUsersOfThisMachineAreKnownWithTheirGroups() {
    assertEquals("root", User.name(0).orElse(""));
    assertTrue(User.groups(0).contains("root"), () -> User.groups(0).toString());
    assertEquals(Set.of(), User.groups(4_000_000));
  }
}
