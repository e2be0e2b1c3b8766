# shellcheck shell=bash disable=SC2016,SC2128,SC2154,SC2178
# What Belay's hook for bash does about a line: the rest of belay.bash, whose rules hold here, too. That
# file reads this one when the shell starts, so that both are of one version, and defines what stands
# here at the first Enter. Its variables are declared there.

# --- the line that is to be accepted ------------------------------------------------------------

__belay_enter() { # 1 | 2 | o, keymap
  # bash exports the line to what a handler starts: a daemon would carry it in its environment, and
  # behind 128 KiB of it nothing can be started at all, stty least of all (5.2, execve(2)).
  builtin export -n READLINE_LINE
  local __belay_ifs=${IFS-$' \t\n'} __belay_lc_all=${LC_ALL-} IFS=$' \t\n'
  if ! __belay_is_head; then
    # Somebody replaced it, and what it resets is stale.
    __belay_running=0
    __belay_hook_prompt
  fi
  if ((__belay_running)); then
    __belay_bind accept "$2" # an Enter inside a command: read -e, select
    return 0
  fi
  __belay_bind drop "$2" # whatever goes wrong below leaves this
  # A PS2 that is readonly, or not expanded (promptvars), marks nothing. Then a line that was let go
  # and came to no prompt since is taken to go on here.
  if [[ $__belay_pending && ${PS2-} != *__belay_continued* ]]; then __belay_continued=1; fi
  local __belay_line=$READLINE_LINE
  if [[ $1 != 2 ]] && __belay_may_expand "$__belay_line"; then
    __belay_bind expand "$2"
    return 0
  fi
  if ((__belay_continued)); then __belay_line=$__belay_pending$'\n'$__belay_line; fi
  __belay_verdict=run __belay_asked=
  # It may give other keys to accept-line. Two plain patterns: @(bind|inputrc) takes quadratic time,
  # 12 s and more for 200,000 characters (5.2).
  if [[ $__belay_line == *bind* || $__belay_line == *inputrc* ]]; then __belay_untaken=1; fi
  if [[ $__belay_line == *[![:space:]]* ]]; then
    __belay_judge "$__belay_line" "$__belay_continued"
    if [[ $__belay_verdict == alone ]]; then __belay_alone "$__belay_line"; fi
  fi
  if [[ $__belay_verdict == run ]]; then
    __belay_pending=$__belay_line
    if [[ $1 == o ]]; then __belay_bind next "$2"; else __belay_bind accept "$2"; fi
  elif ((__belay_continued)); then
    READLINE_LINE=
    __belay_interrupt
  elif __belay_fills_screen; then
    READLINE_LINE=
  fi
}

# Whether a line is about as long as the screen. Drawn once more and then killed, it would take what
# was said about it off the screen, and the prompt as well (5.2); so it is emptied.
__belay_fills_screen() {
  local __belay_columns=${COLUMNS//[!0-9]/} __belay_rows=${LINES//[!0-9]/}
  ((${#READLINE_LINE} > ${__belay_columns:-80} * (${__belay_rows:-24} - 3)))
}

# Throws the whole pending construct away and gives a new prompt. A trap of the user's would keep
# bash at PS2, so it is put aside until that prompt. (This may fork: the line does not run.)
__belay_interrupt() {
  __belay_trap=$(builtin trap -p INT)
  builtin trap - INT
  builtin kill -INT $$
}

# Whether bash would expand history in a line. It does so behind readline, so it is done here first
# (`history-expand-line`), seen by the user and then judged. With histverify bash brings the
# expanded line back for another Enter by itself. At PS2 we leave it alone: inside quotes and
# here-documents bash does not expand, and history-expand-line would.
__belay_may_expand() { # line
  local __belay_chars=${histchars-'!^#'}
  if [[ $- != *H* ]] || ((__belay_continued)) || builtin shopt -q histverify; then return 1; fi
  [[ $1 == *"${__belay_chars:0:1}"* || $1 == "${__belay_chars:1:1}"* ]]
}

# The keys that the second one is a macro of. A bind takes 40 µs, so a shell that starts does without.
__belay_bind_rest() {
  local __belay_map
  for __belay_map in emacs vi-insert vi-command; do
    builtin bind -m "$__belay_map" -x '"\C-x\C-_4\a": __belay_check 2 '"$__belay_map"' "$_" 7>&2 2>/dev/null'
    builtin bind -m "$__belay_map" '"\C-x\C-_3\a": history-expand-line'
  done
  builtin bind -m vi-command '"\C-x\C-_7\a": kill-whole-line' '"\C-x\C-_8\a": vi-insertion-mode'
}

# What the second key does: accept | next | drop | expand. Only in the keymap that the first one came
# from: a bind takes 40 µs, and SHELLOPTS does not show each change of the keymap (emacs M-C-j).
__belay_bind() { # what, keymap
  if [[ "$1 $2" == "$__belay_key" ]]; then return 0; fi
  __belay_key="$1 $2"
  # By another of its names accept-line takes the line: once all keys are ours, none is bound to it.
  local __belay_command=vi-eof-maybe
  case $__belay_key in
    next*) __belay_command=operate-and-get-next ;;
    expand*) __belay_command='"\C-x\C-_3\a\C-x\C-_4\a\C-x\C-_2\a"' ;;
    # Killed, not emptied: Ctrl-Y brings it back. And not left there: keys typed ahead would be
    # appended to it.
    'drop vi-command') __belay_command='"\C-x\C-_7\a\C-x\C-_8\a"' ;;
    drop*) __belay_command=kill-whole-line ;;
  esac
  builtin bind -m "$2" '"\C-x\C-_2\a": '"$__belay_command"
}

# Tells how the line ended, if it ran at all: a line broken off at PS2 did not.
__belay_outcome() { # status
  local __belay_micros=0 __belay_message
  if ((!__belay_running)) && builtin shopt -q promptvars; then return 0; fi
  if [[ ! $__belay_pid || $__belay_silent ]] || ! builtin kill -0 "$__belay_pid"; then return 0; fi
  if ((__belay_started)); then
    __belay_micros=${EPOCHREALTIME-$__belay_started}
    __belay_micros=$((${__belay_micros/[.,]/} - __belay_started))
  fi
  __belay_message=E$'\x1f'$__belay_asked$'\x1f's=$1$'\x1f'd=$__belay_micros
  __belay_send 8<>"$__belay_dir/s/$__belay_name.q"
}

# Lets go of the keys and the prompts in this shell; __belay_on takes them again.
__belay_off() {
  local -
  builtin set +aeuxk -f
  local __belay_binding __belay_map __belay_other IFS=$' \t\n'
  local -a __belay_others=()
  if [[ ! ${__belay_saved+set} ]]; then return 0; fi
  for __belay_map in emacs vi-insert vi-command; do
    for __belay_other in 1 2 3 4 5 6 7 8 9; do
      builtin bind -m "$__belay_map" -r '\C-x\C-_'"$__belay_other"'\a'
    done
  done
  for __belay_binding in "${__belay_saved[@]}"; do
    __belay_map=${__belay_binding%% *} __belay_binding=${__belay_binding#* }
    case $__belay_binding in
      -X*)
        builtin bind -m "$__belay_map" -r "${__belay_binding:4:4}"
        builtin bind -m "$__belay_map" -x "${__belay_binding#-X }"
        ;;
      *) builtin bind -m "$__belay_map" "${__belay_binding#* }" ;;
    esac
  done
  builtin unset -v __belay_saved
  __belay_key=
  for __belay_other in "${PROMPT_COMMAND[@]}"; do
    if [[ $__belay_other != '{ __belay_prompt '* ]]; then
      __belay_others+=("$__belay_other")
    elif [[ $__belay_other == *$'\n'* ]]; then
      __belay_others+=("${__belay_other#*$'\n'}")
    fi
  done
  PROMPT_COMMAND=("${__belay_others[@]}")
  PS0=${PS0/'${__belay_running:'*'0)):0}'/} PS2=${PS2/'${__belay_continued:'*'0)):0}'/}
  if [[ $__belay_pid ]] && builtin kill -0 "$__belay_pid" 2>/dev/null; then
    builtin printf 'Z\x1f0\n' 1<>"$__belay_dir/s/$__belay_name.q"
  fi
  __belay_pid=''
}

# --- being heard by the daemon ------------------------------------------------------------------

# Whether a daemon serves us; says Hello to one that does not know us yet.
__belay_reach() {
  local __belay_found=
  # `<>` would make plain files where our pipes are no more.
  if [[ ! -p $__belay_dir/s/$__belay_name.q || ! -p $__belay_dir/s/$__belay_name.a ]]; then
    __belay_pid=
  elif [[ $__belay_pid && ! $__belay_silent ]] && builtin kill -0 "$__belay_pid"; then
    return 0
  fi
  __belay_why='no daemon runs'
  if ! __belay_seek; then
    __belay_pid=
    return 1
  fi
  if [[ $__belay_found == "$__belay_pid" ]]; then
    __belay_is_back
    return
  fi
  __belay_pid='' __belay_hellos=0
  __belay_hello || return 1
  __belay_pid=$__belay_found __belay_silent='' __belay_unread=0
}

# Whether a daemon that fell silent speaks again. It answers what it was asked, late: then there is
# something to read. Otherwise it is asked again every ten seconds, but never so often that its
# pipe could be full: a write would hang.
__belay_is_back() {
  local __belay_now
  if builtin read -r -t 0 -u 9 9<>"$__belay_dir/s/$__belay_name.a"; then
    __belay_silent='' __belay_unread=0
    return 0
  fi
  __belay_why='the daemon does not answer'
  builtin printf -v __belay_now '%(%s)T' -1
  if ((__belay_now - __belay_silent < 10 || __belay_unread > 20000)); then return 1; fi
  if ((__belay_hellos < 3)); then __belay_hello || return 1; fi
}

# Which terminal is ours: without a fork, as somebody waits.
__belay_find_tty() {
  local -
  builtin set +f
  for __belay_tty in /dev/pts/*; do
    if [[ /dev/stdin -ef $__belay_tty ]]; then return 0; fi
  done
  __belay_tty=$(builtin command tty) || __belay_tty=
} 2>/dev/null

# The first Hello costs a fork, for mkfifo.
__belay_hello() {
  local __belay_pair=$__belay_dir/s/$__belay_name __belay_message __belay_value
  if [[ ! $__belay_tty ]]; then __belay_find_tty; fi
  if [[ ! $__belay_name || ! -p $__belay_pair.q || ! -p $__belay_pair.a ]]; then
    # `exec bash` keeps the process id, so a time makes it unique. $RANDOM is the user's to seed.
    __belay_value=${EPOCHREALTIME-}
    if [[ ! $__belay_value ]]; then builtin printf -v __belay_value '%(%s)T' -1; fi
    __belay_name=$$-${__belay_value//[!0-9]/}
    __belay_pair=$__belay_dir/s/$__belay_name
    command mkfifo -m 600 "$__belay_pair.q" "$__belay_pair.a" 2>/dev/null || return 1
  fi
  __belay_message=H$'\x1f1\x1f'n=$__belay_name$'\x1f'shell=bash$'\x1f'v=$BASH_VERSION$'\x1f'pid=$$
  __belay_message+=$'\x1f'tty=$__belay_tty
  for __belay_value in "home=${HOME-}" "hist=${HISTFILE-}"; do
    __belay_escape "$__belay_value"
    # More than 4,096 bytes are not written at once, and other shells write here too: pipe(7).
    if ((${#__belay_message} + ${#__belay_text} < 1000)); then
      __belay_message+=$'\x1f'$__belay_text
    fi
  done
  # Opened for both ways: that never waits for a reader, and no SIGPIPE can come.
  if [[ ! -O $__belay_dir/control || ! -p $__belay_dir/control ]]; then return 1; fi
  builtin printf '%s\n' "$__belay_message" 2>/dev/null 1<>"$__belay_dir/control" || return 1
  ((++__belay_hellos))
}

# --- talking to it -------------------------------------------------------------------------------

# A value as a field, in __belay_text: GS escapes what would end a field or a message.
__belay_escape() {
  local __belay_from __belay_part
  __belay_text=$1
  if [[ $1 != *[$'\n\x1d\x1f']* ]]; then return 0; fi
  # Piece by piece, as ${x//y/z} takes quadratic time: 5 s for 1 MB with 100,000 hits (5.2).
  __belay_text=
  for ((__belay_from = 0; __belay_from < ${#1}; __belay_from += 8192)); do
    __belay_part=${1:__belay_from:8192}
    __belay_part=${__belay_part//$'\x1d'/$'\x1dg'}
    __belay_part=${__belay_part//$'\n'/$'\x1dn'}
    __belay_text+=${__belay_part//$'\x1f'/$'\x1du'}
  done
}

__belay_unescape() {
  __belay_text=${1//$'\x1dn'/$'\n'}
  __belay_text=${__belay_text//$'\x1du'/$'\x1f'}
  __belay_text=${__belay_text//$'\x1dg'/$'\x1d'}
}

# Asks the daemon about a line; __belay_verdict tells what came of it.
__belay_judge() { # line, 1 at a continuation prompt
  # Bytes, not characters: what is not UTF-8 passes unchanged.
  local LC_ALL=C IFS=' '
  local __belay_message __belay_reply __belay_patience=0.5 __belay_waits=
  __belay_asked=
  if ! __belay_reach; then
    __belay_verdict=alone
    return 0
  fi
  __belay_request "$@"
  # Opened for each request: a child that inherited them could forge a verdict, as bash has no way
  # to close a descriptor on exec.
  {
    if __belay_send; then
      while IFS= builtin read -r -t "$__belay_patience" -u 9 __belay_reply; do
        # A late one to a request that is over says nothing about this one.
        if [[ $__belay_reply' ' != ?" $__belay_sequence "* ]]; then continue; fi
        __belay_silent='' __belay_unread=0
        # shellcheck disable=SC2086 # a question is several words, and set -f is on
        case $__belay_reply in
          A*)
            __belay_verdict=run __belay_asked=$__belay_sequence __belay_is_told=
            return 0
            ;;
          B*)
            __belay_verdict=drop
            return 0
            ;;
          W*) __belay_waits=1 __belay_patience=2.5 ;;
          Q*) __belay_answer ${__belay_reply#? } >&8 ;;
          M*)
            __belay_unescape "${__belay_reply#? * }"
            builtin printf '%s' "$__belay_text" >&7
            ;;
          U*)
            __belay_unescape "${__belay_reply#? * }"
            if [[ ! $__belay_advised ]]; then builtin printf '%s\n' "$__belay_text" >&7; fi
            __belay_advised=1
            if [[ ! $__belay_waits ]]; then
              __belay_verdict=run
              return 0
            fi
            ;;
        esac
      done
    fi
  } 8<>"$__belay_dir/s/$__belay_name.q" 9<>"$__belay_dir/s/$__belay_name.a"
  builtin printf -v __belay_silent '%(%s)T' -1
  if [[ $__belay_waits ]]; then
    # Something is at stake, and the daemon perhaps died in the middle of a question: this heals the
    # modes that it set. No `stty sane`, which would turn echo on under readline.
    __belay_verdict=drop
    if [[ $__belay_tty ]]; then command stty opost isig iexten 2>/dev/null <"$__belay_tty"; fi
    builtin printf '\rbelay: not run, as the daemon stopped while it looked at this line\n' >&7
  else
    __belay_verdict=alone __belay_why='the daemon does not answer'
  fi
}

# Makes the request, in __belay_message. What bash would say of the name of a function goes where
# its messages go, which is nowhere: /dev/null is open there already.
__belay_request() { # line, 1 at a continuation prompt
  local __belay_word
  case $1 in
    *[$'\n\x1d\x1f']*) __belay_escape "${1:0:1048576}" ;;
    *) __belay_text=${1:0:1048576} ;;
  esac
  __belay_message=R$'\x1f'$((++__belay_sequence))$'\x1f'c=$__belay_text
  if ((${#1} > 1048576)); then __belay_message+=$'\x1f't=1; fi
  if (($2)); then
    __belay_message+=$'\x1f'p=1
    return 0
  fi
  __belay_word=${1:0:256}
  if [[ $__belay_word == [$' \t']* ]]; then
    __belay_word=${__belay_word#"${__belay_word%%[!$' \t']*}"}
  fi
  __belay_word=${__belay_word%%[$' \t\n;|&<>()']*}
  case $__belay_word in '' | *[!a-zA-Z0-9_.:+@%,-]*) return 0 ;; esac
  __belay_message+=$'\x1f'w=$__belay_word
  if [[ ${BASH_ALIASES[$__belay_word]+set} ]]; then
    __belay_escape "${BASH_ALIASES[$__belay_word]}"
    __belay_message+=$'\x1f'a=$__belay_text
  fi
  if builtin declare -F -- "$__belay_word" >&2; then __belay_message+=$'\x1f'f=1; fi
}

# Sends __belay_message on descriptor 8, and never hangs: a pipe takes 64 KiB (pipe(7)), and a
# daemon that stands still reads nothing.
__belay_send() {
  if ((__belay_unread > 20000)); then return 1; fi
  ((__belay_unread += ${#__belay_message} + 1))
  if ((__belay_unread < 60000)); then
    builtin printf '%s\n' "$__belay_message" >&8
    return 0
  fi
  # For the rare giant two forks. `exec` alone, because what a builtin redirects is kept open beside
  # it, and with a reader of its own the writer would outlive a daemon that is killed.
  (
    {
      exec >"$__belay_dir/s/$__belay_name.q" 7>&- 8>&- 9>&-
      builtin printf '%s\n' "$__belay_message"
    } &
  )
}

# What variables, aliases and functions are, to standard output.
__belay_answer() { # number, v:NAME | a:NAME | f:NAME …
  local __belay_number=$1 __belay_message=V$'\x1f'$1 __belay_question
  builtin shift
  for __belay_question; do
    __belay_text=
    case $__belay_question in
      ?: | ?:*[!a-zA-Z0-9_.:+@%,-]*) ;; # it could be evaluated: a[$(…)]
      v:*) __belay_answer_variable "${__belay_question#v:}" ;;
      a:*) __belay_answer_alias "${__belay_question#a:}" ;;
      f:*) __belay_answer_function "${__belay_question#f:}" ;;
    esac
    # What is left out is unknown to the daemon.
    if ((${#__belay_message} + ${#__belay_text} < 1048576)); then __belay_message+=$__belay_text; fi
  done
  builtin printf '%s\n' "$__belay_message"
}

__belay_answer_variable() { # name
  local __belay_fields='' __belay_value
  case $1 in
    [!a-zA-Z_]* | *[!a-zA-Z0-9_]*) return 0 ;;
    # Those that change when they are read, and those that are ours in here.
    __belay_* | RANDOM | SRANDOM | LINENO | BASH_* | FUNCNAME | _) return 0 ;;
    IFS) __belay_value=$__belay_ifs ;;
    LC_ALL) __belay_value=$__belay_lc_all ;;
    *)
      # The name that a name reference holds is evaluated like any text.
      if [[ -R $1 ]]; then return 0; fi
      local -n __belay_reference=$1
      # Too long to tell, and unknown therefore.
      if ((${#__belay_reference[@]} > 1000)); then return 0; fi
      if [[ ${__belay_reference[*]@a} == *[aA]* ]]; then
        for __belay_value in "${__belay_reference[@]}"; do
          __belay_escape "$__belay_value"
          __belay_fields+=$'\x1f'e.$1=$__belay_text
        done
        __belay_text=$__belay_fields
        return 0
      fi
      if [[ ! ${__belay_reference+set} ]]; then
        __belay_text=$'\x1f'u.$1=
        return 0
      fi
      __belay_value=$__belay_reference
      ;;
  esac
  __belay_escape "$__belay_value"
  __belay_text=$'\x1f's.$1=$__belay_text
}

__belay_answer_alias() { # name
  if [[ ${BASH_ALIASES[$1]+set} ]]; then
    __belay_escape "${BASH_ALIASES[$1]}"
    __belay_text=$'\x1f'a.$1=$__belay_text
  else
    __belay_text=$'\x1f'n.$1=
  fi
}

# A function is printed straight to the daemon: to have its text in a variable takes a fork.
__belay_answer_function() { # name
  if builtin declare -F -- "$1" >/dev/null; then
    builtin printf 'F\x1f%s\x1fn=%s\n' "$__belay_number" "$1"
    builtin declare -f -- "$1"
    builtin printf '\x1d.\n'
  else
    __belay_text=$'\x1f'n.$1=
  fi
}

# --- without a daemon ----------------------------------------------------------------------------

# Nobody judged the line: it runs, unless it is one of the catastrophic few.
__belay_alone() { # line
  local __belay_now
  builtin printf -v __belay_now '%(%s)T' -1
  __belay_launch "$__belay_now"
  # Once, until somebody judges again; and where that comes and goes, once a minute.
  if [[ ! $__belay_is_told ]] && ((__belay_now - __belay_told >= 60)); then
    __belay_is_told=1 __belay_told=$__belay_now
    builtin printf 'belay: %s, so commands are not checked; only the worst are questioned\n' \
      "$__belay_why" >&7
  fi
  __belay_verdict=run
  if __belay_is_catastrophic "$1"; then __belay_confirm "$1"; fi
}

# Asks on the terminal, which is in readline's mode: no echo, keys one by one, Enter is CR. Ctrl-C
# breaks off the handler, and the second key still kills the line.
__belay_confirm() { # line
  local LC_ALL=C __belay_char __belay_word=
  __belay_verdict=drop
  while builtin read -rsn1 -t 0.01 __belay_char; do :; done </dev/tty # typed before the question
  builtin printf 'belay: this could destroy %s\n       %s\n%s' "${__belay_victim//[! -~]/?}" \
    "${1//[! -~]/?}" '       Run it? Type yes and Enter to run it, anything else not to: ' >&7
  while IFS= builtin read -rsn1 -d '' __belay_char; do
    case $__belay_char in
      $'\r' | $'\n' | $'\x04') break ;;
      $'\x7f' | $'\b') __belay_word=${__belay_word%?} ;;
      [' '-'~']) __belay_word+=$__belay_char ;;
      *) __belay_word+='?' ;;
    esac
    builtin printf '\r\e[K       Run it? Type yes and Enter to run it, anything else not to: %s' \
      "$__belay_word" >&7
  done </dev/tty
  builtin printf '\n' >&7
  if [[ $__belay_word == yes ]]; then
    __belay_verdict=run
  else
    builtin printf 'belay: not run\n' >&7
  fi
}

# Whether a line is one of the few that must not pass even unguarded: __belay_victim says what is at
# stake. It knows words, quotes and operators, and nothing of the machine: the daemon does better,
# this only bridges its absence.
__belay_is_catastrophic() { # line
  local LC_ALL=C __belay_rest=${1:0:4096}$'\n' __belay_word='' __belay_plain __belay_file=
  local -a __belay_words=()
  local __belay_packed=${__belay_rest//[[:space:]]/}
  local __belay_bomb=${__belay_packed%%'(){'*}
  __belay_bomb=${__belay_bomb##*[;&|]}
  if [[ $__belay_bomb &&
    $__belay_packed == *"$__belay_bomb(){"*"$__belay_bomb|$__belay_bomb&"* ]]; then
    __belay_victim='this machine: a fork bomb'
    return 0
  fi
  while [[ $__belay_rest ]]; do
    __belay_plain=${__belay_rest%%[$' \t\n\\\'";|&<>()`']*}
    __belay_word+=$__belay_plain
    __belay_rest=${__belay_rest:${#__belay_plain}}
    case $__belay_rest in
      \\*) __belay_word+=${__belay_rest:1:1} __belay_rest=${__belay_rest:2} ;;
      [\'\"]*)
        __belay_plain=${__belay_rest:0:1} __belay_rest=${__belay_rest:1}
        __belay_word+=${__belay_rest%%"$__belay_plain"*}
        if [[ $__belay_rest != *"$__belay_plain"* ]]; then return 1; fi
        __belay_rest=${__belay_rest#*"$__belay_plain"}
        ;;
      *)
        # A word ends here: the target of a redirection, or one more of the command.
        if [[ $__belay_file && $__belay_word ]]; then
          if [[ $__belay_file == '>' ]] && __belay_is_disk "$__belay_word"; then return 0; fi
          __belay_file=
        elif [[ $__belay_word ]]; then
          __belay_words+=("$__belay_word")
        fi
        __belay_word=
        case $__belay_rest in
          [$' \t']*) __belay_rest=' '${__belay_rest#"${__belay_rest%%[!$' \t']*}"} ;;
          [\<\>]*)
            __belay_file=${__belay_rest:0:1}
            if [[ ${__belay_rest:1} == [\<\>\|\&]* ]]; then __belay_rest=${__belay_rest:1}; fi
            ;;
          *)
            if __belay_ruins "${__belay_words[@]}"; then return 0; fi
            __belay_words=() __belay_file=
            ;;
        esac
        __belay_rest=${__belay_rest:1}
        ;;
    esac
  done
  return 1
}

# Whether a simple command is one of them.
__belay_ruins() { # words
  local __belay_command __belay_word __belay_last='' __belay_short='' __belay_options=
  while (($#)); do
    case $1 in
      sudo | doas)
        while [[ ${2-} == -* ]]; do
          if [[ $2 == -[ugCDhpRTU] ]]; then builtin shift; fi
          builtin shift
        done
        ;;
      *=* | -* | [0-9]* | '{' | '}' | '!' | if | then | elif | else | while | until | do) ;;
      env | nice | ionice | nohup | time | command | builtin | exec | eval) ;;
      *) break ;;
    esac
    builtin shift
  done
  __belay_command=${1##*/}
  builtin shift || return 1
  for __belay_word; do
    case $__belay_word in
      --*) __belay_options+=" $__belay_word " ;;
      -*) __belay_short+=$__belay_word ;;
      *) __belay_last=$__belay_word ;;
    esac
  done
  for __belay_word; do
    __belay_victim=$__belay_word
    case $__belay_command:$__belay_word in
      rm:*)
        [[ $__belay_short == *[rR]* || $__belay_options == *' --recursive '* ]] &&
          __belay_is_root "$__belay_word" && return 0
        ;;
      dd:of=*) if __belay_is_disk "${__belay_word#of=}"; then return 0; fi ;;
      tee:* | cp:"$__belay_last" | mv:"$__belay_last")
        if __belay_is_disk "$__belay_word"; then return 0; fi
        ;;
      # Without an option wipefs only lists.
      wipefs:/dev/*) if [[ $__belay_short$__belay_options == *-*[ao]* ]]; then return 0; fi ;;
      mkfs:/dev/* | mkfs.*:/dev/* | mke2fs:/dev/* | mkswap:/dev/* | blkdiscard:/dev/*) return 0 ;;
    esac
  done
  return 1
}

__belay_is_disk() { # word
  __belay_victim=$1
  [[ $1 == /dev/@(sd|hd|vd|xvd|nvme|mmcblk|dm-|md|mapper/|disk/)?* ]]
}

# Whether all is lost with a place: the root and what is directly in it, the home and the working
# directory, also by way of a variable that is empty.
__belay_is_root() { # word
  local __belay_path=$1 __belay_variable=
  __belay_victim=$1
  case $1 in
    '${'[a-zA-Z_]*'}'*) __belay_variable=${1#??} __belay_variable=${__belay_variable%%'}'*} ;;
    '$'[a-zA-Z_]*) __belay_variable=${1#?} __belay_variable=${__belay_variable%%[!a-zA-Z0-9_]*} ;;
    '~' | '~'/*) __belay_path=${HOME-}${1#?} ;;
  esac
  if [[ $__belay_variable && $__belay_variable != *[!a-zA-Z0-9_]* ]]; then
    __belay_path=${1#*"$__belay_variable"}
    __belay_path=${!__belay_variable-}${__belay_path#'}'}
    __belay_victim="$__belay_path ($1)"
    if [[ ! ${!__belay_variable-} && $__belay_path == /* ]]; then return 0; fi
  fi
  while [[ $__belay_path == *//* ]]; do __belay_path=${__belay_path/'//'/'/'}; done
  __belay_path=${__belay_path%'*'}
  if [[ $1 && ! $__belay_path ]]; then
    [[ $1 == *'*' ]]
    return
  fi
  if [[ $__belay_path != / ]]; then __belay_path=${__belay_path%/}; fi
  case $__belay_path in
    / | /. | /.. | . | .. | ../.. | ../../.. | "${HOME:-/}") return 0 ;;
  esac
  [[ $__belay_path == /@(bin|boot|dev|etc|home|lib|lib64|opt|root|sbin|srv|usr|var) ]]
}
