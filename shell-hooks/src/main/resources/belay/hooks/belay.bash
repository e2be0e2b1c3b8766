# shellcheck shell=bash disable=SC2016,SC2053,SC2088
# (text that readline, prompts and patterns read later stands in single quotes; patterns are meant)
# Belay's hook for bash 4.4 and newer; docs/hooks.md explains the mechanism and its traps.
#
# Enter is a readline macro of two keys. The first runs __belay_check, which asks the daemon; the
# second is bound anew by that check, to accept the line or to throw it away. bash itself runs the
# line, so history, PS0, job control and $? stay its own business. Nothing here forks on the way of
# an allowed line.

[[ $- == *i* && ! ${__belay_loaded-} ]] || return 0
((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) || return 0
# ble.sh replaces readline; a restricted shell may not redirect; a dumb terminal is redrawn badly.
[[ ! ${BLE_VERSION-} && $- != *r* && ${TERM-dumb} != dumb ]] || return 0
[[ :$SHELLOPTS: == *:emacs:* || :$SHELLOPTS: == *:vi:* ]] || return 0

# The bodies below are parsed without the user's aliases: an `alias local=…` would end up in them.
\builtin shopt -q expand_aliases && __belay_expand_aliases=1 || __belay_expand_aliases=
\builtin shopt -u expand_aliases

__belay_loaded=1
__belay_off=         # not empty: switched off in this session
__belay_dir=         # the daemon's runtime directory
__belay_name=        # of this shell's FIFO pair
__belay_pid=         # of the daemon that knows us
__belay_sequence=0   # of the last request
__belay_run=         # what came of it: not empty to run
__belay_asked=       # the sequence number of the line that runs, for its outcome
__belay_key=         # what the second key does now
__belay_running=0    # set by PS0: a command runs, and an Enter is its own (read -e)
__belay_continued=0  # set by PS2: a continuation prompt
__belay_pending=     # the lines before it
__belay_started=0    # µs, set by PS0
__belay_told=0 __belay_tried=0 __belay_advised=
__belay_tty=$(\builtin command tty 2>/dev/null) || __belay_tty= # a fork, at load only

# --- talking to the daemon -----------------------------------------------------------------------

# The first directory that can be the daemon's and is ours (docs/protocol.md).
__belay_find() {
  local __belay_candidate
  if [[ ${BELAY_RUNTIME_DIR-} == /* ]]; then
    __belay_candidate=$BELAY_RUNTIME_DIR
  elif [[ ${XDG_RUNTIME_DIR-} == /* && -d $XDG_RUNTIME_DIR && -w $XDG_RUNTIME_DIR ]]; then
    __belay_candidate=$XDG_RUNTIME_DIR/belay
  elif [[ -d /run/user/$EUID && -w /run/user/$EUID ]]; then
    __belay_candidate=/run/user/$EUID/belay
  else
    __belay_candidate=/tmp/belay-$EUID
  fi
  __belay_dir=
  if [[ -d $__belay_candidate && -O $__belay_candidate && ! -L $__belay_candidate ]]; then
    __belay_dir=$__belay_candidate
  fi
  [[ $__belay_dir ]]
}

# Whether a daemon serves us; says Hello to a new one. Only a new one costs forks (mkfifo).
__belay_reach() {
  local __belay_found=
  if [[ $__belay_pid ]] && builtin kill -0 "$__belay_pid" 2>/dev/null; then return 0; fi
  __belay_pid=
  __belay_find || return 1
  # `read <file` forks nothing, where `$(<file)` in a bind -x handler corrupts bash 5.2's parser.
  if [[ ! -O $__belay_dir/daemon.pid ]]; then return 1; fi
  IFS= builtin read -r __belay_found <"$__belay_dir/daemon.pid" || return 1
  if [[ ! $__belay_found || $__belay_found == *[!0-9]* ]]; then return 1; fi
  builtin kill -0 "$__belay_found" 2>/dev/null || return 1
  if [[ ! -p $__belay_dir/control || ! -O $__belay_dir/control ]]; then return 1; fi
  __belay_hello || return 1
  __belay_pid=$__belay_found
}

__belay_hello() {
  local __belay_pair=$__belay_dir/s/$__belay_name
  if [[ ! $__belay_name || ! -p $__belay_pair.q || ! -p $__belay_pair.a ]]; then
    __belay_name=$$-$RANDOM$RANDOM$RANDOM
    __belay_pair=$__belay_dir/s/$__belay_name
    command mkfifo -m 600 "$__belay_pair.q" "$__belay_pair.a" 2>/dev/null || return 1
  fi
  # Opened for both: never blocks, and one write of at most 4096 bytes is atomic.
  builtin printf 'H\x1f1\x1fn=%s\x1fshell=bash\x1fv=%s\x1fpid=%s\x1ftty=%s\x1fhist=%s\x1fhome=%s\n' \
    "$__belay_name" "$BASH_VERSION" "$$" "$__belay_tty" "${HISTFILE-}" "${HOME-}" \
    1<>"$__belay_dir/control" 2>/dev/null
}

# A value as a field: __belay_text. GS escapes what ends a field or a message.
__belay_escape() {
  __belay_text=$1
  if [[ $1 == *[$'\n\x1d\x1f']* ]]; then
    __belay_text=${__belay_text//$'\x1d'/$'\x1dg'}
    __belay_text=${__belay_text//$'\n'/$'\x1dn'}
    __belay_text=${__belay_text//$'\x1f'/$'\x1du'}
  fi
}

__belay_unescape() {
  __belay_text=${1//$'\x1dn'/$'\n'}
  __belay_text=${__belay_text//$'\x1du'/$'\x1f'}
  __belay_text=${__belay_text//$'\x1dg'/$'\x1d'}
}

# What variables, aliases and functions are, on descriptor 8. Every local bears the prefix: a user's
# variable of the same name would be hidden by it.
__belay_answer() { # number, v:NAME | a:NAME | f:NAME …
  local __belay_message=V$'\x1f'$1 __belay_word __belay_n __belay_value __belay_number=$1
  builtin shift
  for __belay_word; do
    __belay_n=${__belay_word#*:}
    case $__belay_word in
      v:*)
        # Anything but a name could be evaluated by the expansion below: a[$(…)].
        if [[ $__belay_n != [a-zA-Z_]* || $__belay_n == *[!a-zA-Z0-9_]* || $__belay_n == __belay_* ]]; then
          continue
        fi
        local -n __belay_reference=$__belay_n
        if [[ ${__belay_reference[*]@a} == *[aA]* ]]; then
          for __belay_value in "${__belay_reference[@]}"; do
            __belay_escape "$__belay_value"
            __belay_message+=$'\x1f'e.$__belay_n=$__belay_text
          done
        elif [[ ${__belay_reference+x} ]]; then
          __belay_escape "$__belay_reference"
          __belay_message+=$'\x1f's.$__belay_n=$__belay_text
        else
          __belay_message+=$'\x1f'u.$__belay_n=
        fi
        builtin unset -n __belay_reference
        ;;
      a:*)
        if [[ ${BASH_ALIASES[$__belay_n]+x} ]]; then
          __belay_escape "${BASH_ALIASES[$__belay_n]}"
          __belay_message+=$'\x1f'a.$__belay_n=$__belay_text
        fi
        ;;
      f:*)
        if builtin declare -F -- "$__belay_n" >/dev/null; then
          # declare prints it straight to the daemon: capturing it here would take a fork.
          builtin printf 'F\x1f%s\x1fn=%s\n' "$__belay_number" "$__belay_n"
          builtin declare -f -- "$__belay_n"
          builtin printf '\x1d.\n'
        else
          __belay_message+=$'\x1f'n.$__belay_n=
        fi
        ;;
    esac
  done
  builtin printf '%s\n' "$__belay_message"
}

# Judges a line: __belay_run is not empty when it may run.
__belay_judge() { # line, 1 for a continuation
  # Bytes, not characters: invalid UTF-8 passes unchanged, and long lines are not decoded.
  local LC_ALL=C IFS=' '
  local __belay_kind __belay_number __belay_rest __belay_patience=0.5 __belay_waits=
  local __belay_line=$1 __belay_message __belay_word __belay_n=$((++__belay_sequence))
  __belay_run=1 __belay_asked=
  if ! __belay_reach; then
    __belay_alone "$1" 'no daemon runs'
    return 0
  fi
  if ((${#__belay_line} > 1048576)); then
    __belay_line=${__belay_line:0:1048576}
    __belay_message=$'\x1f't=1
  else
    __belay_message=
  fi
  __belay_escape "$__belay_line"
  __belay_message=R$'\x1f'$__belay_n$'\x1f'c=$__belay_text$__belay_message
  if (($2)); then
    __belay_message+=$'\x1f'p=1
  else
    __belay_word=${__belay_line#"${__belay_line%%[! ]*}"}
    __belay_word=${__belay_word%%[!a-zA-Z0-9_.:+@%,-]*}
    if [[ $__belay_word ]]; then
      __belay_message+=$'\x1f'w=$__belay_word
      if [[ ${BASH_ALIASES[$__belay_word]+x} ]]; then
        __belay_escape "${BASH_ALIASES[$__belay_word]}"
        __belay_message+=$'\x1f'a=$__belay_text
      fi
      if builtin declare -F -- "$__belay_word" >/dev/null; then __belay_message+=$'\x1f'f=1; fi
    fi
  fi
  # Opened for each request, so that no child inherits a way to forge a verdict.
  {
    builtin printf '%s\n' "$__belay_message" >&8
    while builtin read -r -t "$__belay_patience" -u 9 __belay_kind __belay_number __belay_rest; do
      if [[ $__belay_number != "$__belay_n" ]]; then continue; fi # of a request that is over
      case $__belay_kind in
        A)
          __belay_asked=$__belay_n
          return 0
          ;;
        B)
          __belay_run=
          return 0
          ;;
        W)
          __belay_waits=1 __belay_patience=2.5
          ;;
        Q)
          # shellcheck disable=SC2086 # words, and set -f is on
          __belay_answer "$__belay_n" $__belay_rest >&8
          ;;
        M)
          __belay_unescape "$__belay_rest"
          builtin printf '%s' "$__belay_text" >&2
          ;;
        U)
          if [[ ! $__belay_advised ]]; then
            __belay_unescape "$__belay_rest"
            __belay_advised=1
            builtin printf '%s\n' "$__belay_text" >&2
          fi
          return 0
          ;;
      esac
    done
  } 8<>"$__belay_dir/s/$__belay_name.q" 9<>"$__belay_dir/s/$__belay_name.a"
  if [[ $__belay_waits ]]; then
    # The daemon found something at stake and then fell silent, perhaps in the middle of a question.
    __belay_run=
    if [[ $__belay_tty ]]; then command stty opost isig iexten 2>/dev/null <"$__belay_tty"; fi
    builtin printf 'belay: not run, as the daemon stopped while it looked at this line\n' >&2
    return 0
  fi
  __belay_pid= # say hello again next time: it may be another one with the same number
  __belay_alone "$1" 'the daemon does not answer'
}

# --- without a daemon ----------------------------------------------------------------------------

__belay_alone() { # line, why
  local __belay_now
  builtin printf -v __belay_now '%(%s)T' -1
  if ((__belay_now - __belay_tried >= 10)) && [[ -x ${__belay_launcher-} ]]; then
    __belay_tried=$__belay_now
    # The one fork, and only without a daemon. The outer subshell makes it nobody's job.
    ("$__belay_launcher" daemon start </dev/null >/dev/null 2>&1 &)
  fi
  if ((__belay_now - __belay_told >= 60)); then
    __belay_told=$__belay_now
    builtin printf 'belay: %s, so commands are not checked; only the worst are questioned\n' "$2" >&2
  fi
  if __belay_catastrophic "$1"; then
    builtin printf 'belay: this could destroy %s: %s\n' "$__belay_victim" "${1//[[:cntrl:]]/?}" >&2
    __belay_confirm
  fi
  return 0
}

# Asks without a daemon. The terminal may be in readline's mode: no echo, Enter is CR, keys one by
# one; Ctrl-C breaks off the whole handler, and the second key still drops the line.
__belay_confirm() {
  local __belay_c __belay_word=
  __belay_run=
  while builtin read -rsn1 -t 0.01 __belay_c; do :; done </dev/tty # what was typed before
  builtin printf '       Run it? Type yes and Enter to run it, anything else not to: ' >/dev/tty
  while IFS= builtin read -rsn1 __belay_c; do
    case $__belay_c in
      '' | $'\r') break ;;
      $'\x7f' | $'\b') __belay_word=${__belay_word%?} ;;
      *) __belay_word+=$__belay_c ;;
    esac
    builtin printf '%s' "${__belay_c//[[:cntrl:]]/}" >/dev/tty
  done </dev/tty
  builtin printf '\n' >/dev/tty
  if [[ $__belay_word == yes || $__belay_word == y ]]; then
    __belay_run=1
  else
    builtin printf 'belay: not run\n' >&2
  fi
}

# The few that must not pass even unguarded. Word by word and without any knowledge of the machine:
# the daemon does better, this only bridges its absence. Sets __belay_victim.
__belay_catastrophic() {
  local __belay_rest=$1 __belay_part __belay_word __belay_command __belay_recursive
  local -a __belay_words
  local __belay_disk='/dev/@(sd|hd|vd|xvd|nvme|mmcblk|dm-|md|loop|mapper/|disk/)*'
  local __belay_packed=${1//[[:space:]]/}
  if [[ $__belay_packed == *'(){'*'|'*'&'*'}'* ]]; then
    __belay_victim='this machine (a fork bomb)'
    return 0
  fi
  if [[ $__belay_packed == *'>'$__belay_disk ]]; then
    __belay_victim="a whole device"
    return 0
  fi
  while [[ $__belay_rest ]]; do
    __belay_part=${__belay_rest%%[;|&$'\n']*}
    __belay_rest=${__belay_rest:${#__belay_part}}
    __belay_rest=${__belay_rest#[;|&$'\n']}
    IFS=$' \t' builtin read -ra __belay_words <<<"$__belay_part" || builtin continue
    __belay_command='' __belay_recursive=''
    for __belay_word in "${__belay_words[@]}"; do
      __belay_word=${__belay_word//[\"\'\\]/}
      if [[ ! $__belay_command ]]; then
        case $__belay_word in
          [a-zA-Z_]*=* | -* | '{' | '(' | '!' | do | then | else) ;;
          sudo | doas | env | nohup | nice | time | command | exec | builtin | root) ;;
          *) __belay_command=${__belay_word##*/} ;;
        esac
        continue
      fi
      case $__belay_command in
        rm)
          if [[ $__belay_word == -[a-zA-Z]* ]]; then
            if [[ $__belay_word == *[rR]* ]]; then __belay_recursive=1; fi
          elif [[ $__belay_word == --recursive ]]; then
            __belay_recursive=1
          elif [[ $__belay_recursive ]] && __belay_is_root "$__belay_word"; then
            return 0
          fi
          ;;
        dd)
          if [[ $__belay_word == of=$__belay_disk ]]; then
            __belay_victim=${__belay_word#of=}
            return 0
          fi
          ;;
        mkfs | mkfs.* | mke2fs | mkswap | wipefs | blkdiscard | shred | cp | tee | sfdisk | sgdisk)
          if [[ $__belay_word == $__belay_disk ]]; then
            # cp reads its first operand; only the last is written.
            if [[ $__belay_command == cp && $__belay_part != *"$__belay_word"*([[:space:]]) ]]; then
              continue
            fi
            __belay_victim=$__belay_word
            return 0
          fi
          ;;
      esac
    done
  done
  return 1
}

# Whether a word is a place whose loss is a catastrophe, or hangs on a variable that is empty.
__belay_is_root() {
  local __belay_n
  __belay_victim=$1
  case $1 in
    / | /. | /.. | '/*' | /bin | /boot | /dev | /etc | /home | /lib | /lib64 | /opt | /root | /sbin | /srv | /usr | /var) return 0 ;;
    /bin/ | /boot/ | /dev/ | /etc/ | /home/ | /lib/ | /opt/ | /root/ | /sbin/ | /srv/ | /usr/ | /var/) return 0 ;;
    '~' | '~/' | '~/*' | "${HOME:-/}" | "${HOME:-}/" | . | ./ | .. | ../ | '*' | './*' | '../*') return 0 ;;
    \$*)
      __belay_n=${1#\$} __belay_n=${__belay_n#\{}
      __belay_n=${__belay_n%%[!a-zA-Z0-9_]*}
      if [[ $__belay_n == HOME ]]; then return 0; fi
      if [[ $__belay_n == [a-zA-Z_]* && ! ${!__belay_n-} ]]; then
        __belay_victim="$1, as \$$__belay_n is empty"
        return 0
      fi
      ;;
  esac
  return 1
}

# --- keys ----------------------------------------------------------------------------------------

# What the second key does: accept | next | drop | expand.
__belay_bind() {
  if [[ $1 == "$__belay_key" ]]; then return 0; fi
  __belay_key=$1
  local __belay_map __belay_maps=emacs __belay_action IFS=' '
  if [[ :$SHELLOPTS: == *:vi:* ]]; then __belay_maps='vi-insert vi-command'; fi
  for __belay_map in $__belay_maps; do
    case $1 in
      accept) __belay_action=accept-line ;;
      next) __belay_action=operate-and-get-next ;;
      drop)
        # Killed, not emptied: Ctrl-Y brings it back, and typed-ahead keys find an empty line.
        __belay_action=kill-whole-line
        if [[ $__belay_map == vi-command ]]; then __belay_action='"\C-x\C-_7\a\C-x\C-_8\a"'; fi
        ;;
      expand) __belay_action='"\C-x\C-_3\a\C-x\C-_4\a\C-x\C-_2\a"' ;;
    esac
    builtin bind -m "$__belay_map" '"\C-x\C-_2\a": '"$__belay_action"
  done
}

# The first key. phase: 1 Enter, 2 after history expansion, o operate-and-get-next; $2 is $_, kept
# by being the last argument. Always 0: under `set -e` anything else would end the shell.
__belay_check() {
  local __belay_flags=$- IFS=$' \t\n' -
  builtin set +eux -f
  # An Enter inside a running command (read -e, select) is the command's. The mark is stale when
  # PROMPT_COMMAND, which resets it, was replaced.
  if [[ $__belay_off ]] || { ((__belay_running)) && [[ "${PROMPT_COMMAND[*]-}" == *__belay_prompt* ]]; }; then
    __belay_bind accept
    return 0
  fi
  __belay_bind drop # whatever goes wrong below leaves this
  local __belay_chars=${histchars-'!^#'} __belay_full=$READLINE_LINE
  # bash expands history behind readline, so the line is expanded here first, seen by the user, and
  # then judged. Not at PS2: inside quotes and here-documents bash would leave it alone.
  if [[ $1 != 2 && $__belay_flags == *H* ]] && ((!__belay_continued)) &&
    [[ $__belay_full == *"${__belay_chars:0:1}"* || $__belay_full == "${__belay_chars:1:1}"* ]]; then
    __belay_bind expand
    return 0
  fi
  if ((__belay_continued)); then __belay_full=$__belay_pending$'\n'$__belay_full; fi
  if [[ $__belay_full == *[![:space:]]* ]]; then
    __belay_judge "$__belay_full" "$__belay_continued"
  else
    __belay_run=1 __belay_asked=
  fi
  if [[ ! $__belay_run ]]; then
    if ((__belay_continued)); then
      # Throws the whole pending construct away and gives a new prompt.
      READLINE_LINE=
      builtin kill -INT $$
    fi
    return 0
  fi
  __belay_pending=$__belay_full
  if [[ $1 == o ]]; then __belay_bind next; else __belay_bind accept; fi
  return 0
}

# Ctrl-X Ctrl-E would run the edited text through fc, past every key: it comes back to the line.
__belay_edit() {
  local __belay_file
  __belay_file=$(command mktemp) || return 0
  builtin printf '%s\n' "$READLINE_LINE" >|"$__belay_file"
  ${VISUAL:-${EDITOR:-vi}} "$__belay_file"
  IFS= builtin read -r -d '' READLINE_LINE <"$__belay_file"
  READLINE_LINE=${READLINE_LINE%$'\n'} READLINE_POINT=${#READLINE_LINE}
  command rm -f -- "$__belay_file"
  return 0
}

# --- around a command ----------------------------------------------------------------------------

# Before each prompt: tells how the line ended. Gives $? on, but not under `set -e`, where it would
# end the shell.
__belay_prompt() {
  local __belay_status=$?
  local -
  builtin set +ux -f
  if [[ $- == *e* ]]; then
    builtin set +e
    __belay_outcome "$__belay_status"
    return 0
  fi
  __belay_outcome "$__belay_status"
  return "$__belay_status"
}

__belay_outcome() {
  local __belay_now=${EPOCHREALTIME-0}
  if [[ $__belay_asked && $__belay_pid ]] && builtin kill -0 "$__belay_pid" 2>/dev/null; then
    if ((__belay_started)); then
      __belay_now=$((${__belay_now/[.,]/} - __belay_started))
    else
      __belay_now=0
    fi
    builtin printf 'E\x1f%s\x1fs=%s\x1fd=%s\n' "$__belay_asked" "$1" "$__belay_now" \
      1<>"$__belay_dir/s/$__belay_name.q"
  fi
  __belay_asked='' __belay_pending='' __belay_running=0 __belay_continued=0 __belay_started=0
  # Arithmetic in a prompt string sets a variable without a fork. Without promptvars it would be
  # printed as it stands, so it is not put in; then durations are unknown.
  if builtin shopt -q promptvars; then
    if [[ ${PS0-} != *__belay_running=1* ]]; then
      PS0='${__belay_running:$((__belay_started=${EPOCHREALTIME/[.,]/}+0,__belay_running=1,0)):0}'${PS0-}
    fi
    if [[ ${PS2-} != *__belay_continued=1* ]]; then
      PS2='${__belay_continued:$((__belay_continued=1,0)):0}'${PS2-}
    fi
  fi
  return 0
}

# --- the session ---------------------------------------------------------------------------------

__belay_off() { __belay_off=1; }
__belay_on() { __belay_off=; }

__belay_install() {
  local __belay_map IFS=$' \t\n'
  for __belay_map in emacs vi-insert vi-command; do
    # One simple command: at PS2 a reserved word here would be a syntax error.
    builtin bind -m "$__belay_map" -x '"\C-x\C-_1\a": __belay_check 1 "$_" 2>/dev/tty'
    builtin bind -m "$__belay_map" '"\C-x\C-_2\a": accept-line'
    builtin bind -m "$__belay_map" '"\C-x\C-_3\a": history-expand-line'
    builtin bind -m "$__belay_map" -x '"\C-x\C-_4\a": __belay_check 2 "$_" 2>/dev/tty'
    builtin bind -m "$__belay_map" -x '"\C-x\C-_5\a": __belay_check o "$_" 2>/dev/tty'
    builtin bind -m "$__belay_map" -x '"\C-x\C-_6\a": __belay_edit "$_"'
    builtin bind -m "$__belay_map" '"\C-x\C-_7\a": kill-whole-line'
    builtin bind -m "$__belay_map" '"\C-x\C-_8\a": vi-insertion-mode'
    builtin bind -m "$__belay_map" '"\C-m": "\C-x\C-_1\a\C-x\C-_2\a"'
    builtin bind -m "$__belay_map" '"\C-j": "\C-x\C-_1\a\C-x\C-_2\a"'
  done
  builtin bind -m emacs '"\C-o": "\C-x\C-_5\a\C-x\C-_2\a"'
  builtin bind -m emacs '"\C-x\C-e": "\C-x\C-_6\a"'
  builtin bind -m vi-command '"v": "\C-x\C-_6\a"'
  PROMPT_COMMAND=('{ __belay_prompt "$_"; } 2>/dev/null' "${PROMPT_COMMAND[@]}")
}

__belay_install
__belay_reach || __belay_alone '' 'no daemon runs yet' 2>/dev/null
if [[ $__belay_expand_aliases ]]; then builtin shopt -s expand_aliases; fi
builtin unset __belay_expand_aliases
