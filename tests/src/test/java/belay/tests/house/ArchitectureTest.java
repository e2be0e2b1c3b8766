package belay.tests.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Imports run one way:
 *
 * <pre>
 *   rules    syntax ◀─ effect ◀─ fact ◀─ judge ◀─ pack
 *   index       ▲ journal, history, nearmiss know rules
 *   daemon      ▲ knows both
 * </pre>
 */
final class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("belay");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          belay.rules.syntax.. | belay.rules.syntax..
          belay.rules.effect.. | belay.rules.effect.. belay.rules.syntax..
          belay.rules.fact..   | belay.rules.fact.. belay.rules.effect.. belay.rules.syntax..
          belay.rules.judge..  | belay.rules.judge.. belay.rules.fact.. belay.rules.effect.. belay.rules.syntax..
          belay.rules..        | belay.rules..
          belay.index..        | belay.index.. belay.rules..
          belay.daemon..       | belay.daemon.. belay.index.. belay.rules..
          """)
  void aRoomKnowsItselfAndTheRoomsBelowIt(String room, String known) {
    noClasses()
        .that()
        .resideInAPackage(room)
        .should()
        .dependOnClassesThat(
            resideInAPackage("belay..").and(not(resideInAnyPackage(known.split(" +")))))
        .check(CLASSES);
  }

  @Test
  void noTwoPackagesNeedEachOther() {
    slices().matching("belay.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void theJudgementTouchesNothing() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "belay.rules.syntax..",
            "belay.rules.effect..",
            "belay.rules.fact..",
            "belay.rules.judge..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.file..", "java.net..", "java.util.concurrent..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.io\\.(File.*|RandomAccessFile)|java\\.lang\\.(Process.*|Thread)|java\\.time\\.Clock")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .check(CLASSES);
  }

  @ParameterizedTest
  @CsvSource({
    "com.sun.jna.., belay.daemon.libc..",
    "picocli.., belay.daemon.cli..",
    "com.pty4j.., belay.daemon.tryout..",
    "org.apache.lucene.., belay.index..",
  })
  void aLibraryHasOneHome(String library, String home) {
    noClasses()
        .that()
        .resideOutsideOfPackages(home, "belay.tests..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandLineEndsTheProcess() {
    noClasses()
        .that()
        .resideOutsideOfPackage("belay.daemon.cli..")
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(CLASSES);
  }

  @Test
  void nobodySleepsInsteadOfWaitingForWhatHappens() {
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .check(CLASSES);
  }
}
