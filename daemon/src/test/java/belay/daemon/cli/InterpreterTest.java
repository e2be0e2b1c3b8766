package belay.daemon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InterpreterTest {

  @ParameterizedTest
  @CsvSource({
    "'', bash, false, ''",
    "echo hi, bash, false, ''",
    "#!/bin/bash, bash, false, ''",
    "#! /bin/bash -eu, bash, false, -eu",
    "#!/usr/bin/env bash, bash, false, ''",
    "#!/usr/bin/env -S bash -e -u, bash, false, -e -u",
    "#!/bin/zsh -f, zsh, false, ''",
    "#!/bin/zsh -ef, zsh, false, -e",
    "#!/bin/sh, bash, true, ''",
    "#!/bin/dash -e, bash, true, -e",
  })
  void aFirstLineSaysWhichShellAndWithWhichOptions(
      String line, String shell, boolean posix, String options) throws Interpreter.Foreign {
    List<String> expected = options.isEmpty() ? List.of() : List.of(options.split(" "));
    assertEquals(
        new Interpreter(shell, posix, line.endsWith("f"), expected), Interpreter.of(line, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"#!/usr/bin/python3", "#!/usr/bin/env perl", "#!/bin/fish"})
  void aScriptOfAnotherLanguageIsNotGuessedAt(String line) {
    assertThrows(Interpreter.Foreign.class, () -> Interpreter.of(line, null));
  }

  @Test
  void whatIsAskedForGoesBeforeTheLine() throws Interpreter.Foreign {
    assertEquals(
        new Interpreter("bash", false, false, List.of()), Interpreter.of("#!/bin/sh -e", "bash"));
  }
}
