# Belay's hook for zsh 5.8 and newer. docs/hooks.md explains the mechanism and its traps, and
# docs/protocol.md the messages.
#
# preexec sees each complete line, whatever editor, widget or paste it came through, after history
# expansion and with its aliases expanded beside it. It asks the daemon, and cancels a line by
# sending SIGINT to the shell itself.
#
# Rules of this file: nothing forks on the way of an allowed line. All names bear one prefix, locals
# too, because a local of ours would hide the user's variable of that name from a question about it.
# The entries (__belay_preexec, __belay_precmd, __belay_on, __belay_off) set the options for all.

# Not for `zsh -ic`, a dumb terminal (Emacs TRAMP reads along), or in another user's environment.
[[ -o interactive && -z ${ZSH_EXECUTION_STRING-} && ! -o restricted && -n ${TTY-} ]] || return 0
[[ ${__belay_loaded-} != $$ && ${TERM-dumb} != dumb && $EUID == $UID ]] || return 0

# zsh reads a file command by command, so from here on it reads without the user's aliases, global
# ones above all, and with its own syntax; and children need not have our variables. Set back at the
# end.
'builtin' 'typeset' '-g' '+x' '__belay_syntax='
[[ -o aliases ]] && __belay_syntax=aliases
'builtin' 'unsetopt' 'aliases'
for __belay_text in all_export csh_junkie_quotes ignore_braces ignore_close_braces ksh_arrays rc_quotes \
  sh_glob; do
  if [[ -o $__belay_text ]]; then
    __belay_syntax+=" $__belay_text"
    builtin unsetopt $__belay_text
  fi
done

typeset -g __belay_loaded=$$
typeset -g __belay_typed=     # not empty: lines come from the terminal, and not from a pipe (zsh -i <pipe)
typeset -g __belay_dir=       # the daemon's runtime directory
typeset -g __belay_name=      # of this shell's FIFO pair in it
typeset -gi __belay_q=-1      # its descriptors, close-on-exec: a child that inherited them could
typeset -gi __belay_a=-1      #   forge a verdict
typeset -g __belay_pid=       # of the daemon we said Hello to
typeset -gi __belay_silent=0  # when it last failed to answer, in seconds; 0 while it answers
typeset -gi __belay_sequence=0 # number of the last request
typeset -g __belay_why=       # why nobody judged the line
typeset -g __belay_asked=     # number of the line that runs, for its outcome
typeset -gF __belay_started=0 # when, in seconds
typeset -gi __belay_told=0    # when the user was last told that nobody checks
typeset -gi __belay_is_told=0 # since then nobody has
typeset -gi __belay_launched=0 # when a daemon was last started
typeset -g __belay_advised=   # not empty: the daemon's advice to start a new shell was printed
typeset -g __belay_victim=    # what a line may ruin, in words
typeset -g +x __belay_text=   # what the last function made
typeset -ga __belay_ready     # of zselect, which otherwise writes into `reply`

# --- finding the daemon --------------------------------------------------------------------------

# The first directory that can be the daemon's and is ours.
__belay_find() {
  builtin set -- ${XDG_RUNTIME_DIR:-/run/user/$EUID}/belay /run/user/$EUID/belay /tmp/belay-$EUID
  [[ -n ${BELAY_RUNTIME_DIR-} ]] && builtin set -- $BELAY_RUNTIME_DIR
  for __belay_dir; do
    [[ $__belay_dir == /* && -d $__belay_dir && -O $__belay_dir && ! -L $__belay_dir ]] && return 0
  done
  __belay_dir=
  return 1
}

# Whether a daemon runs; its process id is __belay_found then, a local of who asks.
__belay_seek() {
  __belay_find && [[ -O $__belay_dir/daemon.pid ]] &&
    IFS= builtin read -r __belay_found <$__belay_dir/daemon.pid &&
    [[ $__belay_found == <1-> ]] && builtin kill -0 $__belay_found
}

# Whether a daemon serves us; says Hello to one that does not know us yet.
__belay_reach() {
  local __belay_found=
  [[ -n $__belay_pid ]] && (( !__belay_silent )) && builtin kill -0 $__belay_pid && return 0
  __belay_why='no daemon runs'
  if ! __belay_seek; then
    __belay_pid=
    return 1
  fi
  if [[ $__belay_found == $__belay_pid ]]; then
    __belay_is_back
    return
  fi
  __belay_pid=
  __belay_hello || return 1
  __belay_pid=$__belay_found __belay_silent=0
}

# Whether a daemon that fell silent speaks again. It answers what it was asked, late: then there is
# something to read. Otherwise it is asked again every ten seconds.
__belay_is_back() {
  if (( __belay_a >= 0 )) && builtin zselect -t 0 -a __belay_ready -r $__belay_a; then
    __belay_silent=0
    return 0
  fi
  __belay_why='the daemon does not answer'
  (( EPOCHSECONDS - __belay_silent >= 10 )) && __belay_hello
}

# The first Hello costs a fork, for mkfifo.
__belay_hello() {
  local __belay_pair=$__belay_dir/s/$__belay_name __belay_us=$'\x1f' __belay_message __belay_value
  local -i __belay_control
  if [[ -z $__belay_name || ! -p $__belay_pair.q || ! -p $__belay_pair.a ]]; then
    __belay_hang_up
    # `exec zsh` keeps the process id, so a time makes it unique. $RANDOM is the user's to seed.
    __belay_name=$$-${EPOCHREALTIME//[^0-9]/}
    __belay_pair=$__belay_dir/s/$__belay_name
    command mkfifo -m 600 $__belay_pair.q $__belay_pair.a || return 1
  fi
  # For both ways: that waits for no reader, and no SIGPIPE can come. Without blocking, as a daemon
  # that stands still empties no pipe.
  if (( __belay_a < 0 )); then
    builtin sysopen -rw -o cloexec,nonblock -u __belay_q $__belay_pair.q &&
      builtin sysopen -rw -o cloexec -u __belay_a $__belay_pair.a || return 1
  fi
  __belay_message=H${__belay_us}1${__belay_us}n=$__belay_name${__belay_us}shell=zsh
  __belay_message+=${__belay_us}v=$ZSH_VERSION${__belay_us}pid=$$${__belay_us}tty=${TTY-}
  for __belay_value in home=${HOME-} hist=${HISTFILE-}; do
    __belay_escape $__belay_value
    # More than 4,096 bytes are not written at once, and other shells write here too: pipe(7).
    (( $#__belay_message + $#__belay_text < 1000 )) && __belay_message+=$__belay_us$__belay_text
  done
  [[ -O $__belay_dir/control && -p $__belay_dir/control ]] || return 1
  builtin sysopen -rw -o cloexec,nonblock -u __belay_control $__belay_dir/control || return 1
  builtin syswrite -o $__belay_control -- $__belay_message$'\n'
  local -i __belay_status=$?
  exec {__belay_control}>&-
  return $__belay_status
}

# Lets go of our pair of FIFOs.
__belay_hang_up() {
  (( __belay_q >= 0 )) && exec {__belay_q}>&-
  (( __belay_a >= 0 )) && exec {__belay_a}>&-
  __belay_q=-1 __belay_a=-1 __belay_name=
}

# --- talking to it -------------------------------------------------------------------------------

# A value as a field, in __belay_text: GS escapes what would end a field or a message.
__belay_escape() {
  # Inside "…" zsh takes a $'…' replacement literally (5.9), so it comes from a variable.
  local __belay_g=$'\x1dg' __belay_n=$'\x1dn' __belay_u=$'\x1du'
  __belay_text=$1
  if [[ $1 == *[$'\n\x1d\x1f']* ]]; then
    __belay_text=${__belay_text//$'\x1d'/$__belay_g}
    __belay_text=${__belay_text//$'\n'/$__belay_n}
    __belay_text=${__belay_text//$'\x1f'/$__belay_u}
  fi
}

__belay_unescape() {
  local __belay_g=$'\x1d' __belay_n=$'\n' __belay_u=$'\x1f'
  __belay_text=${1//$'\x1dn'/$__belay_n}
  __belay_text=${__belay_text//$'\x1du'/$__belay_u}
  __belay_text=${__belay_text//$'\x1dg'/$__belay_g}
}

# Asks the daemon about a line. Status 0: it may run, 1: not, 2: nobody judged it.
__belay_judge() { # the line as typed, the same with its aliases expanded
  local __belay_reply __belay_patience=0.5 __belay_waits= __belay_number=$((++__belay_sequence))
  __belay_reach || return 2
  if __belay_request "$@"; then
    while IFS= builtin read -r -t $__belay_patience -u $__belay_a __belay_reply; do
      # A late one to a request that is over says nothing about this one.
      [[ "$__belay_reply " == ?" $__belay_number "* ]] || continue
      __belay_silent=0
      case $__belay_reply in
        (A*)
          __belay_asked=$__belay_number __belay_is_told=0
          return 0
          ;;
        (B*) return 1 ;;
        (W*) __belay_waits=1 __belay_patience=2.5 ;;
        (Q*) __belay_answer ${=__belay_reply#? } ;;
        (M*)
          __belay_unescape ${__belay_reply#? * }
          builtin print -rnu7 -- $__belay_text
          ;;
        (U*)
          __belay_unescape ${__belay_reply#? * }
          [[ -z $__belay_advised ]] && builtin print -ru7 -- $__belay_text
          __belay_advised=1
          [[ -z $__belay_waits ]] && return 0
          ;;
      esac
    done
  fi
  __belay_silent=$EPOCHSECONDS
  if [[ -n $__belay_waits ]]; then
    # Something is at stake, and the daemon perhaps died in the middle of a question: this heals the
    # modes that it set.
    command stty sane <$TTY
    builtin print -ru7 -- 'belay: not run, as the daemon stopped while it looked at this line'
    return 1
  fi
  __belay_why='the daemon does not answer'
  return 2
}

# Sends the request.
__belay_request() { # the line as typed, the same with its aliases expanded
  local __belay_us=$'\x1f' __belay_message
  __belay_escape ${1[1,1048576]}
  __belay_message=R$__belay_us$__belay_number${__belay_us}c=$__belay_text
  if (( $#1 > 1048576 )); then
    __belay_message+=${__belay_us}t=1
  elif [[ $2 != $1 ]] && (( $#2 <= 1048576 )); then
    __belay_escape $2
    __belay_message+=${__belay_us}x=$__belay_text
  fi
  __belay_send $__belay_message
}

# One message, whole, waiting half a second for room in the pipe.
__belay_send() { # message
  local __belay_rest=$1$'\n'
  local -i __belay_written
  until builtin syswrite -c __belay_written -o $__belay_q -- $__belay_rest; do
    __belay_rest=${__belay_rest[__belay_written+1,-1]}
    if ! builtin zselect -t 50 -a __belay_ready -w $__belay_q; then
      # A message cut short would spoil the next one: the next time with a new pair.
      __belay_hang_up
      return 1
    fi
  done
}

# What variables, aliases and functions are.
__belay_answer() { # number, v:NAME | a:NAME | f:NAME …
  local __belay_us=$'\x1f' __belay_message=V$'\x1f'$1 __belay_question __belay_asked_name
  builtin shift
  for __belay_question; do
    __belay_text= __belay_asked_name=${__belay_question#?:}
    case $__belay_question in
      (?: | ?:*[^a-zA-Z0-9_.:+@%,-]*) ;; # it could be evaluated: a[$(…)]
      (v:*) __belay_answer_variable $__belay_asked_name ;;
      (a:*)
        if (( ${+aliases[$__belay_asked_name]} )); then
          __belay_escape $aliases[$__belay_asked_name]
          __belay_text=${__belay_us}a.$__belay_asked_name=$__belay_text
        else
          __belay_text=${__belay_us}n.$__belay_asked_name=
        fi
        ;;
      (f:*)
        if (( ${+functions[$__belay_asked_name]} )); then
          __belay_escape $functions[$__belay_asked_name]
          __belay_text=${__belay_us}f.$__belay_asked_name=$__belay_text
        else
          __belay_text=${__belay_us}n.$__belay_asked_name=
        fi
        ;;
    esac
    # What is left out is unknown to the daemon.
    (( $#__belay_message + $#__belay_text < 1048576 )) && __belay_message+=$__belay_text
  done
  __belay_send $__belay_message
}

__belay_answer_variable() { # name
  local __belay_fields= __belay_value
  case $1 in
    ([^a-zA-Z_]* | *[^a-zA-Z0-9_]*) return 0 ;;
    # Those that change when they are read, and those that are ours in here.
    (__belay_* | RANDOM | LINENO | _ | argv | status | pipestatus | ARGC | funcstack) return 0 ;;
  esac
  case ${(tP)1} in
    (*hideval*) ;; # files, commands, history: not plain values
    (array* | association*)
      (( ${#${(@P)1}} > 1000 )) && return 0 # too long to tell, and unknown therefore
      for __belay_value in "${(@P)1}"; do
        __belay_escape $__belay_value
        __belay_fields+=${__belay_us}e.$1=$__belay_text
      done
      __belay_text=$__belay_fields
      ;;
    ('') __belay_text=${__belay_us}u.$1= ;;
    (*)
      __belay_escape "${(P)1}"
      __belay_text=${__belay_us}s.$1=$__belay_text
      ;;
  esac
}

# --- without a daemon ----------------------------------------------------------------------------

# Nobody judged the line: it runs, status 0, unless it is one of the catastrophic few.
__belay_alone() { # line
  __belay_launch
  # Once, until somebody judges again; and where that comes and goes, once a minute.
  if (( ! __belay_is_told && EPOCHSECONDS - __belay_told >= 60 )); then
    __belay_is_told=1 __belay_told=$EPOCHSECONDS
    builtin print -ru7 -- \
      "belay: $__belay_why, so commands are not checked; only the worst are questioned"
  fi
  ! __belay_is_catastrophic $1 || __belay_confirm $1
}

# Starts a daemon in the background when none runs, at most once in ten seconds. The shell waits for
# nothing; the subshell makes it nobody's job.
__belay_launch() {
  if [[ -z $__belay_pid && -x ${__belay_launcher-} ]] &&
    (( EPOCHSECONDS - __belay_launched >= 10 )); then
    __belay_launched=$EPOCHSECONDS
    ($__belay_launcher daemon start </dev/null >/dev/null 2>&1 7>&- &)
  fi
}

# Asks on the terminal. Ctrl-C breaks off preexec, and with it the line.
__belay_confirm() { # line
  local __belay_answer=
  while builtin read -s -t 0 -k 1 __belay_answer; do :; done </dev/tty # typed before the question
  builtin print -ru7 -- "belay: this could destroy ${__belay_victim//[^ -~]/?}"
  builtin print -ru7 -- "       ${1//[^ -~]/?}"
  builtin print -rnu7 -- '       Run it? Type yes and Enter to run it, anything else not to: '
  IFS= builtin read -r __belay_answer </dev/tty
  [[ $__belay_answer == yes ]] && return 0
  builtin print -ru7 -- 'belay: not run'
  return 1
}

# Whether a line is one of the few that must not pass even unguarded: __belay_victim says what is at
# stake. It knows words, quotes and operators, and nothing of the machine: the daemon does better,
# this only bridges its absence.
__belay_is_catastrophic() { # line
  builtin setopt local_options extended_glob
  local __belay_line=${1[1,4096]} __belay_word __belay_file=
  local -a __belay_words
  local __belay_bomb=${${${__belay_line//[[:space:]]/}%%'(){'*}##*[;&|]}
  if [[ -n $__belay_bomb &&
    ${__belay_line//[[:space:]]/} == *"$__belay_bomb(){"*"$__belay_bomb|$__belay_bomb&"* ]]; then
    __belay_victim='this machine: a fork bomb'
    return 0
  fi
  for __belay_word in ${(z)__belay_line} ';'; do
    case $__belay_word in
      ([\;\&\|]* | '(' | ')')
        __belay_ruins $__belay_words && return 0
        __belay_words=() __belay_file=
        ;;
      ([0-9]#'>'* | '&>'*) __belay_file='>' ;;
      ([0-9]#'<' | [0-9]#'<'[^\(]*) __belay_file='<' ;;
      (*)
        if [[ -n $__belay_file ]]; then
          [[ $__belay_file == '>' ]] && __belay_is_disk ${(Q)__belay_word} && return 0
          __belay_file=
        else
          __belay_words+=(${(Q)__belay_word})
        fi
        ;;
    esac
  done
  return 1
}

# Whether a simple command is one of them.
__belay_ruins() { # words
  while (( $# )); do
    case $1 in
      (sudo | doas)
        while [[ ${2-} == -* ]]; do
          [[ $2 == -[ugCDhpRTU] ]] && builtin shift
          builtin shift
        done
        ;;
      (*=* | -* | [0-9]* | '{' | '}' | '!' | if | then | elif | else | while | until | do) ;;
      (env | nice | ionice | nohup | time | command | builtin | exec | eval | noglob | nocorrect) ;;
      (*) break ;;
    esac
    builtin shift
  done
  (( $# )) || return 1
  local __belay_command=${1:t} __belay_word
  builtin shift
  local -a __belay_options=(${(M)@:#-*}) __belay_operands=(${@:#-*})
  case $__belay_command in
    (rm)
      [[ -n ${(M)__belay_options:#(--recursive|-[^-]#[rR]*)} ]] || return 1
      for __belay_word in $__belay_operands; do __belay_is_root $__belay_word && return 0; done
      ;;
    (dd)
      for __belay_word in ${(M)__belay_operands:#of=*}; do
        __belay_is_disk ${__belay_word#of=} && return 0
      done
      ;;
    (cp | mv) __belay_is_disk ${__belay_operands[-1]-} && return 0 ;;
    (tee)
      for __belay_word in $__belay_operands; do __belay_is_disk $__belay_word && return 0; done
      ;;
    (wipefs | mkfs | mkfs.* | mke2fs | mkswap | blkdiscard)
      # Without an option wipefs only lists.
      [[ $__belay_command == wipefs && -z ${(M)__belay_options:#-*[ao]*} ]] && return 1
      for __belay_victim in $__belay_operands; do [[ $__belay_victim == /dev/* ]] && return 0; done
      ;;
  esac
  return 1
}

__belay_is_disk() { # word
  __belay_victim=$1
  [[ $1 == /dev/(sd|hd|vd|xvd|nvme|mmcblk|dm-|md|mapper/|disk/)?* ]]
}

# Whether all is lost with a place: the root and what is directly in it, the home and the working
# directory, also by way of a variable that is empty.
__belay_is_root() { # word
  local __belay_path=$1 __belay_variable=
  __belay_victim=$1
  case $1 in
    ('${'[a-zA-Z_]*'}'*) __belay_variable=${${1#??}%%\}*} ;;
    (\$[a-zA-Z_]*) __belay_variable=${${1#?}%%[^a-zA-Z0-9_]*} ;;
    ('~' | '~/'*) __belay_path=${HOME-}${1#?} ;;
  esac
  if [[ -n $__belay_variable && $__belay_variable != *[^a-zA-Z0-9_]* ]]; then
    __belay_path=${${${${1#\$}#\{}#$__belay_variable}#\}}
    __belay_victim="${(P)__belay_variable-}$__belay_path ($1)"
    [[ -z ${(P)__belay_variable-} && $__belay_path == /* ]] && return 0
    __belay_path=${(P)__belay_variable-}$__belay_path
  fi
  __belay_path=${${__belay_path//\/##/\/}%'*'}
  if [[ -z $__belay_path ]]; then
    [[ $1 == *'*' ]]
    return
  fi
  [[ $__belay_path != / ]] && __belay_path=${__belay_path%/}
  case $__belay_path in
    (/ | /. | /.. | . | .. | ../.. | ../../.. | ${HOME:-/}) return 0 ;;
    (/(bin|boot|dev|etc|home|lib|lib64|opt|root|sbin|srv|usr|var)) return 0 ;;
  esac
  return 1
}

# --- around a command ----------------------------------------------------------------------------

# Before a line runs. What zsh has to say of our doing (set -x) goes nowhere; 7 is where we talk to
# the user. A redirection behind the function would not do: zsh calls hooks without it (5.9).
__belay_preexec() { # line as typed, empty without history; cut short; whole, aliases expanded
  {
    builtin emulate -L zsh -o no_multibyte -o no_err_exit -o no_err_return -o no_xtrace
    builtin setopt local_traps no_bg_nice
    __belay_asked=
    # Seen with the first line, as an instant prompt has start files read from /dev/null.
    [[ -n $__belay_typed ]] || { [[ -t 0 ]] && __belay_typed=1 } || return 0
    __belay_judge "${1:-$3}" "$3"
    case $? in
      (0) ;;
      (2) __belay_alone "${1:-$3}" || __belay_cancel ;;
      (*) __belay_cancel ;;
    esac
    __belay_started=$EPOCHREALTIME
  } 7>&2 2>/dev/null
  return 0
}

# `kill` alone is swallowed by `trap '' INT` and by TRAPINT() { return 0 } (5.9).
__belay_cancel() {
  builtin trap - INT
  builtin kill -INT $$
}

# Before each prompt. Always 0: under `set -e` anything else would end the shell.
__belay_precmd() {
  {
    local __belay_status=$?
    builtin emulate -L zsh -o no_multibyte -o no_err_exit -o no_err_return -o no_xtrace
    if [[ -n $__belay_asked && -n $__belay_pid ]] && (( !__belay_silent )) &&
      builtin kill -0 $__belay_pid; then
      local -i __belay_micros=$(( (EPOCHREALTIME - __belay_started) * 1000000 ))
      __belay_send E$'\x1f'$__belay_asked$'\x1f's=$__belay_status$'\x1f'd=$__belay_micros
    fi
    __belay_asked=
    # First, and back again after `preexec_functions=()`.
    [[ ${preexec_functions[1]-} == __belay_preexec ]] ||
      preexec_functions=(__belay_preexec ${preexec_functions:#__belay_preexec})
  } 2>/dev/null
  return 0
}

# --- the session ---------------------------------------------------------------------------------

__belay_on() {
  builtin emulate -L zsh -o no_multibyte -o no_bg_nice -o no_err_exit -o no_err_return -o no_xtrace
  typeset -ga preexec_functions precmd_functions
  preexec_functions=(__belay_preexec ${preexec_functions:#__belay_preexec})
  precmd_functions=(__belay_precmd ${precmd_functions:#__belay_precmd})
  # Hello comes with the first line: a shell that starts is waited for.
  local __belay_found=
  [[ ! -t 0 ]] || __belay_seek || __belay_launch
  return 0
} 2>/dev/null

# Lets go of the lines of this shell; __belay_on takes them again.
__belay_off() {
  builtin emulate -L zsh -o no_multibyte -o no_err_exit -o no_err_return -o no_xtrace
  preexec_functions=(${preexec_functions:#__belay_preexec})
  precmd_functions=(${precmd_functions:#__belay_precmd})
  (( __belay_q >= 0 )) && __belay_send Z$'\x1f'0
  __belay_hang_up
  __belay_pid= __belay_asked=
  return 0
} 2>/dev/null

# `belay off` and `belay on` are for this shell; all else is the program's. A name of the user's own
# stays theirs.
if (( ! ${+functions[belay]} && ! ${+aliases[belay]} )); then
  belay() {
    case ${1-} in
      (off) __belay_off ;;
      (on) __belay_on ;;
      (*) if [[ -x ${__belay_launcher-} ]]; then "$__belay_launcher" "$@"; else command belay "$@"; fi ;;
    esac
  }
fi

if builtin zmodload zsh/system zsh/datetime zsh/parameter zsh/zselect; then
  __belay_on
else
  builtin print -ru2 -- 'belay: this zsh lacks modules of its own, so its commands are not checked'
fi
builtin setopt ${=__belay_syntax}
builtin unset __belay_syntax
