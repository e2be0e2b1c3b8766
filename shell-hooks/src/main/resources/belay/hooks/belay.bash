# shellcheck shell=bash disable=SC2016,SC2128,SC2178
# (What prompts, keys and patterns are made of stands in single quotes; three variables are arrays
# for a reason told below, and only their first element is meant.)
# Belay's hook for bash 4.4 and newer. docs/hooks.md explains the mechanism and its traps, and
# docs/protocol.md the messages.
#
# Enter is a readline macro of two keys. The first runs __belay_check, which asks the daemon; the
# second is bound anew by that check, to accept the line or to kill it. bash itself runs the line,
# so history, PS0, job control and $? stay its own business.
#
# Rules of this file: nothing forks on the way of an allowed line. All names bear one prefix, locals
# too, because a local of ours would hide the user's variable of that name from a question about it.
# A failure must neither end the shell nor run a line that was not to run.

[[ $- == *i* && $- != *[cr]* && -t 0 && ${__belay_loaded-} != "$$" ]] || return 0
((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404 && EUID == UID)) || return 0
# ble.sh replaces readline. On a dumb terminal readline draws badly and Emacs TRAMP reads along.
[[ ! ${BLE_VERSION-} && ${TERM-dumb} != dumb ]] || return 0
if [[ :$SHELLOPTS: != *:emacs:* && :$SHELLOPTS: != *:vi:* ]]; then
  \builtin echo 'belay: this bash edits no lines (--noediting), so its commands are not checked' >&2
  return 0
fi

# What is done about a line stands in a second file. Read now, so that both are of one version, and by
# the shell only at the first Enter: until then it is text. (mapfile takes a quarter of what read does.)
# The name stands in the array meanwhile: a variable would be exported under `set -a`.
__belay_later=("${BASH_SOURCE[0]%"${BASH_SOURCE[0]##*/}"}belay-line.bash")
if ! LC_ALL=C \builtin mapfile -d '' __belay_later 2>/dev/null <"$__belay_later" ||
  [[ $__belay_later != *'__belay_enter()'* ]]; then
  \builtin echo "belay: ${BASH_SOURCE[0]%"${BASH_SOURCE[0]##*/}"}belay-line.bash cannot be read," \
    'so commands are not checked' >&2
  \builtin unset -v __belay_later
  return 0
fi

# Bodies are parsed with the user's aliases, and `alias local=…` would end up in them. On a line
# of its own, as bash reads a whole line before it runs any of it.
\builtin shopt -q expand_aliases && __belay_aliases=s || __belay_aliases=u
\builtin shopt -u expand_aliases
# Under `set -a` children would have our variables, too.
[[ $- == *a* ]] && __belay_export=- || __belay_export=+
builtin set +a
builtin export -n __belay_aliases __belay_export

__belay_loaded=$$
__belay_dir=         # the daemon's runtime directory
__belay_name=        # of this shell's FIFO pair in it
__belay_pid=         # of the daemon we said Hello to
__belay_hellos=0     # how often
__belay_silent=      # when it last failed to answer, in seconds; empty while it answers
__belay_unread=0     # bytes sent since it last answered
__belay_sequence=0   # number of the last request
__belay_verdict=     # what came of it: run, drop, or alone when nobody judged it
__belay_why=         # alone: the reason
__belay_asked=       # number of the line that runs, for its outcome
__belay_untaken=     # not empty: keys were perhaps bound that are not ours yet
__belay_key=         # what the second key does now
# Set by prompts, and arrays because those are not exported, whatever `set -a` says: whether a command
# runs, so that an Enter is its own; since when, in µs; whether this is a continuation prompt.
__belay_running=(0) __belay_started=(0) __belay_continued=(0)
__belay_pending=     # the lines before it
__belay_trap=        # the user's trap on INT, while it is put aside
__belay_told=-60     # when the user was last told that nobody checks, in seconds
__belay_is_told=     # not empty: since then nobody has
__belay_launched=-10 # when a daemon was last started
__belay_us='{ __belay_prompt "$?" "$_" && : "$_"; } 2>/dev/null' # in PROMPT_COMMAND
__belay_blind=       # not empty: the user was told that lines are not edited, so nobody checks
__belay_advised=     # not empty: the daemon's advice to start a new shell was printed
__belay_victim=      # what a line may ruin, in words
__belay_text=        # what the last function made
__belay_tty=         # our terminal

# --- finding the daemon --------------------------------------------------------------------------

# The first directory that can be the daemon's and is ours.
__belay_find() {
  local __belay_usual=/run/user/$EUID
  local __belay_session=${XDG_RUNTIME_DIR:-$__belay_usual}
  builtin set -- "$__belay_session/belay" "$__belay_usual/belay" "/tmp/belay-$EUID"
  if [[ ${BELAY_RUNTIME_DIR-} ]]; then builtin set -- "$BELAY_RUNTIME_DIR"; fi
  for __belay_dir; do
    if [[ $__belay_dir == /* && -d $__belay_dir && -O $__belay_dir && ! -L $__belay_dir ]]; then
      return 0
    fi
  done
  __belay_dir=
  return 1
}

# Whether a daemon runs; its process id is __belay_found then, a local of who asks.
__belay_seek() {
  # `read <file` does not fork. `$(<file)` does, and in a bind -x handler it corrupts the parser:
  # `echo one two` is then run as `echo`, `one two` (5.2.15).
  __belay_find && [[ -O $__belay_dir/daemon.pid ]] &&
    IFS= builtin read -r __belay_found 2>/dev/null <"$__belay_dir/daemon.pid" &&
    [[ $__belay_found && $__belay_found != *[!0-9]* ]] &&
    builtin kill -0 "$__belay_found" 2>/dev/null
}

# Starts a daemon in the background when none runs, at most once in ten seconds. The shell waits for
# nothing; the subshell makes it nobody's job.
__belay_launch() { # now
  if [[ ! $__belay_pid && -x ${__belay_launcher-} ]] && (($1 - __belay_launched >= 10)); then
    __belay_launched=$1
    ("$__belay_launcher" daemon start </dev/null >/dev/null 2>&1 7>&- &)
  fi
}

# --- keys ----------------------------------------------------------------------------------------

# The first key. Its status is always 0: under `set -e` anything else would end the shell. A function
# is traced from its beginning: under `set -T` the user's DEBUG trap sees these lines, and none of
# those below them.
__belay_check() { # 1 Enter | 2 after history expansion | o operate-and-get-next, keymap, $_
  # No assignment before this: `set -k` would take it for the environment of `local`.
  local -
  builtin set +aeuxkET -f
  if [[ $__belay_later ]]; then __belay_load; fi
  __belay_enter "$1" "$2"
  return 0
}

# Defines the functions that stand in the other file. They take as long to read as all else of a
# shell's start, and a shell that starts is waited for; one that nobody types into needs none of them.
__belay_load() {
  local - __belay_aliases=u
  builtin set +aeuxk
  if builtin shopt -q expand_aliases; then __belay_aliases=s; fi
  builtin shopt -u expand_aliases
  builtin eval "$__belay_later"
  builtin shopt "-$__belay_aliases" expand_aliases
  __belay_later=()
  __belay_bind_rest
}

# Ctrl-X Ctrl-E would run the edited text through `fc`, past every key: it comes back to the line,
# and Enter runs it.
__belay_edit() { # $_
  local - __belay_file IFS=$' \t\n'
  builtin set +aeuxk
  builtin export -n READLINE_LINE
  __belay_file=$(command mktemp) || return 0
  builtin printf '%s\n' "$READLINE_LINE" >|"$__belay_file"
  ${VISUAL:-${EDITOR:-vi}} "$__belay_file"
  IFS= builtin read -r -d '' READLINE_LINE <"$__belay_file"
  while [[ $READLINE_LINE == *$'\n' ]]; do READLINE_LINE=${READLINE_LINE%$'\n'}; done
  READLINE_POINT=${#READLINE_LINE}
  command rm -f -- "$__belay_file"
  return 0
}

# M-#, with which readline would accept the line: Enter follows here. With an argument readline takes
# the mark away, and what was a comment runs; a macro knows of no argument, and it stays a comment.
__belay_comment() { # $_
  local -
  builtin set +aeuxk
  READLINE_LINE=#$READLINE_LINE
}

# --- around a command ----------------------------------------------------------------------------

# Before each prompt. Hands $? and $_ on to what stands behind it in PROMPT_COMMAND. There it is the
# left side of an && list, whose failure neither ends the shell (set -e) nor is one more for the
# user's ERR trap.
__belay_prompt() { # $?, $_
  local -
  builtin set +aeuxkET -f
  __belay_between "$1"
  return "$1"
}

__belay_between() { # $?
  local IFS=$' \t\n'
  if [[ $__belay_asked ]]; then __belay_outcome "$1"; fi
  __belay_asked='' __belay_pending='' __belay_running=0 __belay_continued=0 __belay_started=0
  if [[ $__belay_trap ]]; then builtin eval "$__belay_trap"; fi
  __belay_trap=
  __belay_hook_prompt
  if [[ $__belay_untaken && ${__belay_saved+set} ]]; then
    __belay_untaken=
    if __belay_is_accepting; then __belay_take 0; fi
  fi
  if [[ :$SHELLOPTS: == *:emacs:* || :$SHELLOPTS: == *:vi:* ]]; then
    __belay_blind=
  elif [[ ! $__belay_blind ]]; then
    __belay_blind=1
    builtin echo 'belay: this bash edits no lines any more, so its commands are not checked' >/dev/tty
  fi
}

# Whether PROMPT_COMMAND begins with us, and so that bash can read it: whoever joins its elements by
# spaces makes a syntax error of them, and a prompt that does not come here leaves the mark that a
# command runs, by which an Enter is nobody's to judge.
__belay_is_head() {
  [[ ${PROMPT_COMMAND-} == "$__belay_us"*([[:blank:]]) ||
    ${PROMPT_COMMAND-} == "$__belay_us"*([[:blank:]])[$';\n']* ]]
}

# Puts us at the head of PROMPT_COMMAND, where $? is still the line's, and our marks into PS0 and
# PS2, whoever replaced them meanwhile. Arithmetic in a prompt sets a variable without a fork.
__belay_hook_prompt() {
  local __belay_other
  local __belay_start='${__belay_running:$((__belay_started=${EPOCHREALTIME/[.,]/}+0,'
  __belay_start+='__belay_continued=0,__belay_running=1,0)):0}'
  local __belay_more='${__belay_continued:$((__belay_continued=1,0)):0}'
  local -a __belay_others=()
  if [[ ${PROMPT_COMMAND@a} != *r* ]] && ! __belay_is_head; then
    for __belay_other in "${PROMPT_COMMAND[@]}"; do
      __belay_other=${__belay_other//"$__belay_us"/:}
      if [[ $__belay_other && $__belay_other != : ]]; then __belay_others+=("$__belay_other"); fi
    done
    if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
      PROMPT_COMMAND=("$__belay_us" "${__belay_others[@]}")
    else
      # Before 5.1 only the first element is run.
      builtin printf -v __belay_other '%s\n' "$__belay_us" "${__belay_others[@]}"
      PROMPT_COMMAND=("${__belay_other%$'\n'}")
    fi
  fi
  if builtin shopt -q promptvars; then
    [[ ${PS0-} == *"$__belay_start"* || ${PS0@a} == *r* ]] || PS0=$__belay_start${PS0-}
    [[ ${PS2-} == *"$__belay_more"* || ${PS2@a} == *r* ]] || PS2=$__belay_more${PS2-}
  elif [[ ${PS0-}${PS2-} == *__belay_* ]]; then
    # They would be printed as they stand.
    PS0=${PS0/"$__belay_start"/} PS2=${PS2/"$__belay_more"/}
  fi
}

# --- the session ---------------------------------------------------------------------------------

# Takes the keys, and remembers whose they were.
__belay_on() {
  local -
  builtin set +aeuxk
  local __belay_map __belay_found='' IFS=$' \t\n'
  if [[ ${__belay_saved+set} ]]; then return 0; fi
  __belay_saved=()
  for __belay_map in emacs vi-insert vi-command; do
    # Each is one simple command: at PS2 a reserved word in it would be a syntax error and the line
    # be judged by nobody (5.2). "$_" is last, so that it is handed on. 7 is where we talk to the
    # user; what bash has to say (set -x) goes nowhere.
    builtin bind -m "$__belay_map" -x '"\C-x\C-_1\a": __belay_check 1 '"$__belay_map"' "$_" 7>&2 2>/dev/null'
    builtin bind -m "$__belay_map" -x '"\C-x\C-_5\a": __belay_check o '"$__belay_map"' "$_" 7>&2 2>/dev/null'
    builtin bind -m "$__belay_map" -x '"\C-x\C-_6\a": __belay_edit "$_"'
    builtin bind -m "$__belay_map" -x '"\C-x\C-_9\a": __belay_comment "$_" 2>/dev/null'
    builtin bind -m "$__belay_map" '"\C-x\C-_2\a": vi-eof-maybe'
  done
  if [[ ! $__belay_later ]]; then __belay_bind_rest; fi
  __belay_take 1
  __belay_untaken=1 # what the rest of the start files binds
  __belay_hook_prompt
  # Hello comes with the first line: a shell that starts is waited for.
  if ! __belay_seek; then
    builtin printf -v __belay_text '%(%s)T' -1
    __belay_launch "$__belay_text"
  fi
}

# Takes each key that a line is accepted with, whoever bound it, and notes in __belay_saved what it
# was. Only functions of readline are looked for: what a macro types comes to them in the end.
__belay_take() { # 1 for Enter, whatever it is bound to
  local __belay_found='' __belay_again='' __belay_enters=0
  local IFS=$'\n' LC_ALL=C
  local -
  builtin set -f
  # Without a fork: no more than five keys of each function are told (bash(1), `bind -q`), which fits
  # into the pipe that a here-string is (a file before 5.1). -N reads it in one go, and with a
  # delimiter bash would read byte by byte.
  {
    __belay_bindings -q >|/proc/self/fd/6
    IFS= builtin read -r -N 32768 -u 6 __belay_found
  } 6<<<'' 2>/dev/null
  if [[ $__belay_found != *'via "'* ]]; then __belay_found=$(__belay_bindings -q); fi
  __belay_take_found "$1"
  if (($1 && __belay_enters < 6)); then
    # Somebody has bound Enter to a macro or a command of their own.
    __belay_found=$(__belay_bindings -s -X)
    __belay_take_found "$1"
  fi
  if [[ $__belay_again ]]; then __belay_take 0; fi
}

__belay_take_found() { # as __belay_take, whose variables these are
  local __belay_line __belay_map __belay_kind __belay_word __belay_macro
  for __belay_line in $__belay_found; do
    case $__belay_line in
      =*)
        __belay_map=${__belay_line#=}
        __belay_kind=${__belay_map#* } __belay_map=${__belay_map% *}
        ;;
      *' can be invoked via "'*)
        __belay_word=${__belay_line%% *}
        __belay_line=${__belay_line#*' can be invoked via "'}
        if [[ $__belay_line == *', ...' ]]; then __belay_again=1; fi
        case $__belay_word in
          operate-and-get-next) __belay_macro='"\C-x\C-_5\a\C-x\C-_2\a"' ;;
          *edit-and-execute-command) __belay_macro='"\C-x\C-_6\a"' ;;
          insert-comment) __belay_macro='"\C-x\C-_9\a\C-x\C-_1\a\C-x\C-_2\a"' ;;
          *) __belay_macro='"\C-x\C-_1\a\C-x\C-_2\a"' ;;
        esac
        while [[ $__belay_line == *'"'* ]]; do
          __belay_kind=${__belay_line%%'", '*}
          __belay_kind=${__belay_kind%'".'}
          __belay_line=${__belay_line#"$__belay_kind"'"'}
          __belay_line=${__belay_line#', "'}
          if [[ $__belay_kind == '\C-x\C-_'* ]]; then continue; fi
          if [[ $__belay_kind == '\C-'[mj] ]]; then ((++__belay_enters)); fi
          __belay_saved+=("$__belay_map - \"$__belay_kind\": $__belay_word")
          builtin bind -m "$__belay_map" "\"$__belay_kind\": $__belay_macro"
        done
        ;;
      '"\C-'[mj]'": '*)
        if (($1)) && [[ $__belay_line != *'\C-x\C-_'* ]]; then
          __belay_saved+=("$__belay_map $__belay_kind $__belay_line")
          # Some versions leave a bind -x in place that is bound over (5.1).
          builtin bind -m "$__belay_map" -r "${__belay_line:1:4}"
          builtin bind -m "$__belay_map" "${__belay_line:0:6}"': "\C-x\C-_1\a\C-x\C-_2\a"'
        fi
        ;;
    esac
  done
}

# Whether a key accepts lines that is not ours. No fork: the status of `bind -q` tells.
__belay_is_accepting() {
  local __belay_map
  for __belay_map in emacs vi-insert vi-command; do
    if builtin bind -m "$__belay_map" -q accept-line || builtin bind -m "$__belay_map" -q \
      edit-and-execute-command || builtin bind -m "$__belay_map" -q insert-comment ||
      builtin bind -m "$__belay_map" -q vi-edit-and-execute-command ||
      { [[ $__belay_key != next* ]] && builtin bind -m "$__belay_map" -q operate-and-get-next; }; then
      return 0
    fi
  done
  return 1
} >/dev/null

# What __belay_take looks through.
__belay_bindings() { # -q: functions that accept lines | -s -X: macros and commands
  local __belay_map __belay_word IFS=$' \t\n'
  for __belay_map in emacs vi-insert vi-command; do
    if [[ $1 == -q ]]; then
      builtin printf '=%s -\n' "$__belay_map"
      for __belay_word in accept-line operate-and-get-next edit-and-execute-command \
        vi-edit-and-execute-command insert-comment vi-eof-maybe; do
        builtin bind -m "$__belay_map" -q "$__belay_word"
      done
      continue
    fi
    for __belay_word; do
      builtin printf '=%s %s\n' "$__belay_map" "$__belay_word"
      builtin bind -m "$__belay_map" "$__belay_word"
    done
  done
} 2>/dev/null

# `belay off` and `belay on` are for this shell; all else is the program's. A name of the user's own
# stays theirs.
if [[ ! ${BASH_ALIASES[belay]+set} ]] && ! builtin declare -F belay >/dev/null; then
  belay() {
    case ${1-} in
      off)
        if [[ $__belay_later ]]; then __belay_load; fi
        __belay_off
        ;;
      on) __belay_on ;;
      *) if [[ -x ${__belay_launcher-} ]]; then "$__belay_launcher" "$@"; else command belay "$@"; fi ;;
    esac
  }
fi

__belay_on
builtin shopt "-$__belay_aliases" expand_aliases
builtin set "${__belay_export}a"
builtin unset -v __belay_aliases __belay_export
