package belay.daemon.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForegroundTest {

  /** proc(5): pid (comm) state ppid pgrp session tty_nr tpgid. */
  @ParameterizedTest
  @CsvSource({
    "12 (bash) S 1 12 12 34819 12 4194304, /dev/pts/3",
    "12 (a) b) S 1 12 12 34819 12 4194304, /dev/pts/3",
    "12 (bash) S 1 12 12 35072 12 4194304, /dev/pts/256",
    "12 (bash) S 1 12 12 1025 12 4194304, /dev/tty1",
    "12 (bash) S 1 12 12 1088 12 4194304, /dev/ttyS0",
    "12 (bash) S 1 12 12 34819 99 4194304, ''",
    "12 (bash) S 1 12 12 0 -1 4194304, ''",
  })
  void onlyTheForegroundOfATerminalHasOne(String stat, String terminal) {
    assertEquals(terminal, Foreground.terminal(stat).orElse(""));
  }
}
