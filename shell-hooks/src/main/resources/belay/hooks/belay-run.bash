# shellcheck shell=bash disable=SC2016
# (What traps and patterns are made of stands in single quotes.)
# Belay's hook for scripts of bash 4.4 and newer: named by BASH_ENV, which bash reads before a script
# (bash(1)), it has each command judged before it runs. docs/scripts.md explains it.
#
# The DEBUG trap runs before each simple command, in functions, subshells and command substitutions
# too (`set -T`). What the daemon says no to ends the script there: `exit` in the trap, not `extdebug`
# with a status, which makes a skipped command succeed and a loop spin.
#
# Rules of this file: no fork for a judged command. All names bear one prefix, locals too, because a
# local of ours would hide the script's variable of that name from a question about it. $?, $_,
# PIPESTATUS and the options of the script are as they were.

[[ $- != *i* && ${__belay_loaded-} != "$$" ]] || return 0
\builtin declare +x __belay_loaded=$$

__belay_dir=       # the daemon's runtime directory
__belay_name=      # of our FIFOs in it
__belay_pid=       # of the daemon we said Hello to
__belay_sequence=  # number of the last request
__belay_count=0    # of requests
__belay_why=       # why nobody judged a command
__belay_stop=      # not empty: the script was stopped here, and with which status; what its EXIT
                   #   trap does is judged by itself
__belay_alone=     # not empty: nobody judges from here on, and that was allowed
__belay_skip=      # not empty: the trap has done the command itself
__belay_status=0   # $? of the script
__belay_last=      # $_ of the script
__belay_text=      # what the last function made
\builtin declare -A __belay_known # commands that change nothing, whenever they run
__belay_known=()
__belay_launcher=${BASH_SOURCE[0]%/shell-hooks/*}/belay

# What runs before each command. No function is called while `set -T` is on, as it would inherit a
# RETURN trap of the script's. The last word is $_ again. 7 is where we talk to the user; what
# bash says (set -x) goes nowhere. One line, for LINENO to be the script's.
__belay_trap='{ __belay_status=$? __belay_last=$_; '
__belay_trap+='if [[ ! ${__belay_known["=$BASH_COMMAND"]+set} || $__belay_stop$__belay_skip || '
__belay_trap+='-e ${BELAY_RUN:-/nonexistent} ]]; '
__belay_trap+='then builtin set +T; __belay_debug "$@"; builtin set -T; fi; '
__belay_trap+='builtin : "$__belay_last"; ! [[ $__belay_skip ]]; } 7>&2 2>/dev/null'

# --- the daemon ----------------------------------------------------------------------------------

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

# Whether a daemon serves us; starts one, once, and says Hello to one that does not know us yet.
__belay_reach() {
  if [[ $__belay_pid ]] && builtin kill -0 "$__belay_pid" 2>/dev/null; then return 0; fi
  __belay_pid='' __belay_why='no daemon runs, and none could be started'
  if ! __belay_greet && [[ -x $__belay_launcher ]]; then
    "$__belay_launcher" daemon start </dev/null >/dev/null 2>&1 7>&-
    __belay_greet
  fi
  [[ $__belay_pid ]]
}

__belay_greet() {
  local __belay_found=
  if ! __belay_find || [[ ! -O $__belay_dir/daemon.pid ]] ||
    ! IFS= builtin read -r __belay_found 2>/dev/null <"$__belay_dir/daemon.pid" ||
    [[ ! $__belay_found || $__belay_found == *[!0-9]* ]] ||
    ! builtin kill -0 "$__belay_found" 2>/dev/null || ! __belay_hello; then
    return 1
  fi
  __belay_pid=$__belay_found
}

# The first Hello costs a fork, for mkfifo. Each has FIFOs of its own: in old ones another daemon may
# have left something.
__belay_hello() {
  local __belay_message __belay_value __belay_us=$'\x1f' __belay_pair
  __belay_value=${EPOCHREALTIME-}
  if [[ ! $__belay_value ]]; then builtin printf -v __belay_value '%(%s)T' -1; fi
  __belay_name=$BASHPID-${__belay_value//[!0-9]/}
  __belay_pair=$__belay_dir/s/$__belay_name
  command mkfifo -m 600 "$__belay_pair.q" "$__belay_pair.a" "$__belay_pair.t" || return 1
  if [[ ! ${BELAY_RUN-} ]]; then
    # Nobody runs us but BASH_ENV: whoever is stopped first tells our children and us by this file.
    builtin export BELAY_RUN=$__belay_pair.x
  fi
  __belay_message=H${__belay_us}1${__belay_us}n=$__belay_name${__belay_us}shell=bash
  __belay_message+=${__belay_us}v=$BASH_VERSION${__belay_us}pid=$BASHPID
  __belay_message+=${__belay_us}script=${BELAY_ANSWER:-ask}
  __belay_escape "home=${HOME-}"
  # More than 4,096 bytes are not written at once, and other shells write here too: pipe(7).
  if ((${#__belay_text} < 1000)); then __belay_message+=$__belay_us$__belay_text; fi
  # Opened for both ways: that never waits for a reader, and no SIGPIPE can come.
  if [[ ! -O $__belay_dir/control || ! -p $__belay_dir/control ]]; then return 1; fi
  builtin printf '%s\n' "$__belay_message" 1<>"$__belay_dir/control" || return 1
  # It gives the first turn at once, unless it stands still or is too old to know of scripts.
  __belay_why='the daemon does not answer; `belay daemon status` says more'
  { IFS= builtin read -r -N 1 -t 3 -u 6 __belay_value && builtin printf t >&6; } 6<>"$__belay_pair.t"
}

# A value as a field, in __belay_text: GS escapes what would end a field or a message.
__belay_escape() {
  local __belay_from __belay_part
  __belay_text=$1
  if [[ $1 != *[$'\n\x1d\x1f']* ]]; then return 0; fi
  # Piece by piece, as ${x//y/z} takes quadratic time (5.2).
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

# --- judging -------------------------------------------------------------------------------------

# Before a command. The positional parameters are those of the function or script that it stands in.
__belay_debug() {
  local -
  builtin set +euxkE -f
  local __belay_ifs=${IFS-$' \t\n'} __belay_lc_all=${LC_ALL-} __belay_verdict=nobody
  local IFS=$' \t\n' __belay_command=$BASH_COMMAND
  if [[ $__belay_skip ]]; then __belay_unskip; fi
  if [[ ! $__belay_stop && -e ${BELAY_RUN:-/nonexistent} ]]; then
    # Somebody was stopped: a part of a pipeline, or a script that this one started or belongs to.
    builtin read -r __belay_verdict <"$BELAY_RUN"
    __belay_end "${__belay_verdict:-20}"
  fi
  case $__belay_command in
    # Heads of compound commands; what is in them comes here by itself.
    'for '* | 'select '* | 'case '* | '[['* | '(('*)
      __belay_know
      return 0
      ;;
    'trap '*DEBUG*)
      __belay_retrap
      return
      ;;
  esac
  if [[ $__belay_alone ]]; then return 0; fi
  if __belay_reach; then __belay_judge "$@"; fi
  # A daemon that died of it, or just before: another one is started, and asked once.
  if [[ $__belay_verdict == nobody ]] && __belay_reach; then __belay_judge "$@"; fi
  case $__belay_verdict in
    run) return 0 ;;
    nobody)
      if [[ ${BELAY_UNJUDGED-} == run ]]; then
        builtin printf 'belay: %s, so from here on nothing is checked\n' "$__belay_why" >&7
        __belay_alone=1
        return 0
      fi
      builtin printf 'belay: %s; `--unjudged run` runs what nobody judges\n' "$__belay_why" >&7
      __belay_verdict=3
      ;;
  esac
  builtin printf 'belay: %s line %s: the script ends here, with status %s\n' \
    "${BASH_SOURCE[1]-$0}" "${BASH_LINENO[0]-?}" "$__belay_verdict" >&7
  __belay_end "$__belay_verdict"
}

# Ends this shell before the command, and whoever else belongs to the script at its next one.
__belay_end() { # status
  if [[ ${BELAY_RUN-} && ! -e $BELAY_RUN ]]; then builtin printf '%s\n' "$1" >|"$BELAY_RUN"; fi
  __belay_stop=$1
  exec 2>&7 7>&- # for the script's EXIT trap; `builtin exec` would take it back
  builtin exit "$1"
}

# Asks the daemon about the command; __belay_verdict says what came of it.
__belay_judge() { # the positional parameters
  # Bytes, not characters: what is not UTF-8 passes unchanged.
  local LC_ALL=C
  local __belay_message __belay_reply='' __belay_part __belay_limit __belay_now
  local __belay_patience=10 __belay_word=${__belay_command%%[$' \t\n']*}
  __belay_escape "c=$__belay_command"
  # Of all processes of the script no two use the same number: a reply must not be taken for another.
  builtin printf -v __belay_sequence '%s%06d' "$BASHPID" "$((++__belay_count))"
  __belay_message=R$'\x1f'$__belay_sequence$'\x1f'$__belay_text$'\x1f'b=$BASHPID
  if [[ $__belay_word != *[!a-zA-Z0-9_.:+@%,-]* ]] &&
    builtin declare -F -- "$__belay_word" >/dev/null; then
    __belay_message+=$'\x1f'w=$__belay_word$'\x1f'f=1
  fi
  __belay_why='the daemon does not answer'
  # Opened for each request: a child that inherited them could forge a verdict, as bash has no way
  # to close a descriptor on exec. 6 is whose turn it is, as subshells ask here too.
  {
    if __belay_take_turn; then
      __belay_send
      builtin printf -v __belay_limit '%(%s)T' -1
      ((__belay_limit += __belay_patience)) || :
      while [[ $__belay_verdict == nobody ]]; do
        __belay_part=
        if IFS= builtin read -r -t 1 -u 9 __belay_part; then
          __belay_heed "$__belay_reply$__belay_part" "$@"
          __belay_reply=
        else
          # A trapped signal breaks `read` off too (POSIX mode), so only the clock says it is over.
          __belay_reply+=$__belay_part
          builtin printf -v __belay_now '%(%s)T' -1
          if ((__belay_now > __belay_limit)) || ! builtin kill -0 "$__belay_pid"; then break; fi
        fi
      done
      builtin printf t >&6
    fi
  } 6<>"$__belay_dir/s/$__belay_name.t" 8<>"$__belay_dir/s/$__belay_name.q" \
    9<>"$__belay_dir/s/$__belay_name.a"
  if [[ $__belay_verdict == nobody ]]; then
    # What was asked may be answered to whoever asks next: the next Hello makes new FIFOs.
    __belay_pid=
    if [[ $__belay_patience == 3 ]]; then
      __belay_verdict=3
      builtin printf 'belay: not run, as the daemon stopped while it looked at this command\n' >&7
    fi
  fi
}

# One byte in a FIFO is the right to ask. Of a process that was killed with it the daemon gives it
# back, when told that somebody waits.
__belay_take_turn() {
  local __belay_waited=0 __belay_part
  until IFS= builtin read -r -N 1 -t 1 -u 6 __belay_part; do
    builtin kill -0 "$__belay_pid" || return 1
    # A person may be thinking about a question of somebody else.
    ((++__belay_waited < 600)) || return 1
    builtin printf 'T\x1f0\n' >&8
  done
}

# Sends __belay_message, and never hangs: a pipe takes 64 KiB (pipe(7)), and a daemon that stands
# still reads nothing. For the rare giant two forks.
__belay_send() {
  if ((${#__belay_message} < 60000)); then
    builtin printf '%s\n' "$__belay_message" >&8
  else
    (
      builtin trap - DEBUG
      builtin printf '%s\n' "$__belay_message" >&8 &
    )
  fi
}

# What the daemon says.
__belay_heed() { # reply, the positional parameters
  local __belay_words=("${@:2}")
  # A late one to a request that is over says nothing about this one.
  if [[ $1' ' != ?" $__belay_sequence "* ]]; then return 0; fi
  # shellcheck disable=SC2086 # a question is several words, and set -f is on
  case $1 in
    C*)
      __belay_verdict=run
      __belay_know
      ;;
    A*) __belay_verdict=run ;;
    B*) __belay_verdict=${1##* } ;;
    W*) __belay_patience=3 ;;
    Q*) __belay_answer ${1#? } >&8 ;;
    M*)
      __belay_unescape "${1#? * }"
      builtin printf '%s' "$__belay_text" >&7
      ;;
    U*)
      __belay_unescape "${1#? * }"
      builtin printf '%s\n' "$__belay_text" >&7
      __belay_verdict=3
      ;;
  esac
  builtin printf -v __belay_limit '%(%s)T' -1
  ((__belay_limit += __belay_patience)) || :
}

# The same text changes nothing the next time either.
__belay_know() {
  if ((${#__belay_command} < 500 && ${#__belay_known[@]} < 2000)); then
    __belay_known["=$__belay_command"]=1
  fi
}

# What variables are, to standard output. The positional parameters are in __belay_words.
__belay_answer() { # number, v:NAME …
  local __belay_message=V$'\x1f'$1 __belay_question __belay_value
  builtin shift
  for __belay_question; do
    __belay_text=
    case $__belay_question in
      ?: | ?:*[!a-zA-Z0-9_.:+@%,-]*) ;; # it could be evaluated: a[$(…)]
      v:@)
        for __belay_value in "${__belay_words[@]}"; do
          __belay_escape "$__belay_value"
          __belay_message+=$'\x1f'e.@=$__belay_text
        done
        __belay_text=
        ;;
      v:[0-9]*)
        __belay_question=${__belay_question#v:}
        if ((__belay_question <= ${#__belay_words[@]})); then
          __belay_escape "${__belay_words[__belay_question - 1]}"
          __belay_text=$'\x1f's.$__belay_question=$__belay_text
        else
          __belay_text=$'\x1f'u.$__belay_question=
        fi
        ;;
      v:*) __belay_answer_variable "${__belay_question#v:}" ;;
    esac
    # What is left out is unknown to the daemon.
    if ((${#__belay_message} + ${#__belay_text} < 50000)); then __belay_message+=$__belay_text; fi
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

# --- the script's own DEBUG trap -----------------------------------------------------------------

# The script sets a DEBUG trap, which would take the place of ours: it goes behind ours instead, and
# the command itself is skipped. Skipping is what extdebug is for; it is on for that moment only.
__belay_retrap() {
  local -a __belay_words=()
  builtin eval "__belay_words=(${__belay_command#trap })" || return 0
  if [[ ${__belay_words[0]-} == -- ]]; then __belay_words=("${__belay_words[@]:1}"); fi
  case ${__belay_words[0]-} in
    -?*) return 0 ;; # it only lists
    DEBUG) __belay_words=(- "${__belay_words[@]}") ;;
  esac
  local __belay_action=${__belay_words[0]} __belay_signal __belay_own=$__belay_trap
  if [[ $__belay_action != - && $__belay_action ]]; then
    # The status at the end says again whether the command is skipped.
    __belay_own+=$'\n'$__belay_action$'\n''! [[ $__belay_skip ]]'
  fi
  for __belay_signal in "${__belay_words[@]:1}"; do
    case $__belay_signal in
      DEBUG | SIGDEBUG) builtin trap -- "$__belay_own" DEBUG ;;
      *) builtin trap -- "$__belay_action" "$__belay_signal" ;;
    esac
  done
  __belay_skip=1
  builtin shopt -s extdebug
}

__belay_unskip() {
  __belay_skip=
  builtin shopt -u extdebug
}

if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
  \builtin echo "belay: bash $BASH_VERSION is too old to be watched; 4.4 is needed" >&2
  [[ ${BELAY_UNJUDGED-} == run ]] || \builtin exit 3
elif ((EUID == UID)); then
  # The script asks for sh: the flag is for the shell that `belay run` starts, and for no child.
  if [[ ${BELAY_POSIX-} ]]; then
    \builtin unset -v BELAY_POSIX
    \builtin set -o posix
  fi
  # The file that BASH_ENV named before it named us.
  # shellcheck source=/dev/null
  if [[ -r ${BELAY_BASH_ENV-} ]]; then source "$BELAY_BASH_ENV"; fi
  # Now, so that all our subshells share one pair and one mark.
  { __belay_reach || :; } 2>/dev/null
  \builtin trap -- "$__belay_trap" DEBUG
  \builtin set -T
fi
