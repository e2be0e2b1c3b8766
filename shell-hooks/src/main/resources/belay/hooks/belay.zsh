# Belay's hook for zsh 5.8 and newer; docs/hooks.md explains the mechanism and its traps.
#
# preexec sees each complete line, whatever editor, widget or paste it came through, after history
# expansion and with its aliases expanded beside it. It asks the daemon, and cancels a line by
# sending SIGINT to the shell itself. Nothing here forks on the way of an allowed line.

[[ -o interactive && -z ${__belay_loaded-} && ! -o restricted ]] || return 0
zmodload zsh/system zsh/datetime zsh/parameter 2>/dev/null || return 0

typeset -g __belay_loaded=1 __belay_off= __belay_dir= __belay_name= __belay_pid= __belay_asked=
typeset -g __belay_text= __belay_victim= __belay_advised=
typeset -gi __belay_sequence=0 __belay_q=-1 __belay_a=-1 __belay_told=0 __belay_tried=0
typeset -gF __belay_started=0

# The first directory that can be the daemon's and is ours (docs/protocol.md).
__belay_find() {
  emulate -L zsh
  local candidate
  if [[ ${BELAY_RUNTIME_DIR-} == /* ]]; then
    candidate=$BELAY_RUNTIME_DIR
  elif [[ ${XDG_RUNTIME_DIR-} == /* && -d $XDG_RUNTIME_DIR && -w $XDG_RUNTIME_DIR ]]; then
    candidate=$XDG_RUNTIME_DIR/belay
  elif [[ -d /run/user/$EUID && -w /run/user/$EUID ]]; then
    candidate=/run/user/$EUID/belay
  else
    candidate=/tmp/belay-$EUID
  fi
  __belay_dir=
  [[ -d $candidate && -O $candidate && ! -L $candidate ]] && __belay_dir=$candidate
}

# Whether a daemon serves us; says Hello to a new one. Only a new one costs a fork (mkfifo).
__belay_reach() {
  emulate -L zsh
  [[ -n $__belay_pid ]] && builtin kill -0 $__belay_pid 2>/dev/null && return 0
  __belay_pid=
  __belay_find || return 1
  local found=
  [[ -O $__belay_dir/daemon.pid ]] || return 1
  IFS= builtin read -r found <$__belay_dir/daemon.pid || return 1
  [[ $found == <1-> ]] && builtin kill -0 $found 2>/dev/null || return 1
  [[ -p $__belay_dir/control && -O $__belay_dir/control ]] || return 1
  __belay_hello || return 1
  __belay_pid=$found
}

__belay_hello() {
  emulate -L zsh
  local pair=$__belay_dir/s/$__belay_name
  if [[ -z $__belay_name || ! -p $pair.q || ! -p $pair.a ]]; then
    (( __belay_q >= 0 )) && exec {__belay_q}>&- {__belay_a}>&-
    __belay_q=-1 __belay_a=-1
    __belay_name=$$-$RANDOM$RANDOM$RANDOM
    pair=$__belay_dir/s/$__belay_name
    command mkfifo -m 600 $pair.q $pair.a 2>/dev/null || return 1
  fi
  # Close-on-exec, so that no child inherits a way to forge a verdict.
  if (( __belay_q < 0 )); then
    sysopen -rw -o cloexec -u __belay_q $pair.q && sysopen -rw -o cloexec -u __belay_a $pair.a || return 1
  fi
  local -i control
  sysopen -rw -o cloexec -u control $__belay_dir/control || return 1
  local us=$'\x1f'
  syswrite -o $control -- "H${us}1${us}n=$__belay_name${us}shell=zsh${us}v=$ZSH_VERSION${us}pid=$$${us}tty=${TTY-}${us}hist=${HISTFILE-}${us}home=${HOME-}"$'\n'
  exec {control}>&-
}

# A value as a field: __belay_text. GS escapes what ends a field or a message.
__belay_escape() {
  emulate -L zsh
  setopt no_multibyte
  __belay_text=$1
  if [[ $1 == *[$'\n\x1d\x1f']* ]]; then
    # Inside "…" zsh takes a $'…' replacement literally, so it comes from a variable (5.9).
    local g=$'\x1dg' n=$'\x1dn' u=$'\x1du'
    __belay_text=${__belay_text//$'\x1d'/$g}
    __belay_text=${__belay_text//$'\n'/$n}
    __belay_text=${__belay_text//$'\x1f'/$u}
  fi
}

__belay_unescape() {
  emulate -L zsh
  local g=$'\x1d' n=$'\n' u=$'\x1f'
  __belay_text=${1//$'\x1dn'/$n}
  __belay_text=${__belay_text//$'\x1du'/$u}
  __belay_text=${__belay_text//$'\x1dg'/$g}
}

# What variables and functions are. Every local bears the prefix: a user's variable of the same name
# would be hidden by it.
__belay_answer() { # number, v:NAME | f:NAME …
  emulate -L zsh
  local __belay_us=$'\x1f' __belay_word __belay_n __belay_value
  local __belay_message=V$__belay_us$1
  builtin shift
  for __belay_word; do
    __belay_n=${__belay_word#*:}
    case $__belay_word in
      v:*)
        # Anything but a name could be evaluated by the expansion below.
        [[ $__belay_n == [a-zA-Z_]* && $__belay_n != *[^a-zA-Z0-9_]* && $__belay_n != __belay_* ]] || continue
        if [[ ${(tP)__belay_n} == (array|association)* ]]; then
          for __belay_value in "${(@P)__belay_n}"; do
            __belay_escape "$__belay_value"
            __belay_message+=${__belay_us}e.$__belay_n=$__belay_text
          done
        elif (( ${(P)+__belay_n} )); then
          __belay_escape "${(P)__belay_n}"
          __belay_message+=${__belay_us}s.$__belay_n=$__belay_text
        else
          __belay_message+=${__belay_us}u.$__belay_n=
        fi
        ;;
      a:*)
        if (( ${+aliases[$__belay_n]} )); then
          __belay_escape "$aliases[$__belay_n]"
          __belay_message+=${__belay_us}a.$__belay_n=$__belay_text
        fi
        ;;
      f:*)
        if (( ${+functions[$__belay_n]} )); then
          __belay_escape "$functions[$__belay_n]"
          __belay_message+=${__belay_us}f.$__belay_n=$__belay_text
        else
          __belay_message+=${__belay_us}n.$__belay_n=
        fi
        ;;
    esac
  done
  __belay_send $__belay_message
}

# One message, whole: a pipe takes 64 KiB at a time.
__belay_send() {
  emulate -L zsh
  setopt no_multibyte
  local rest=$1$'\n'
  local -i written
  while [[ -n $rest ]]; do
    syswrite -c written -o $__belay_q -- "$rest" || return 1
    rest=${rest[written+1,-1]}
  done
}

# Judges a line: status 0 when it may run.
__belay_judge() { # the line as typed, the same with its aliases expanded
  emulate -L zsh
  setopt no_multibyte
  local kind number rest us=$'\x1f' line=$1 message patience=0.5 waits= n=$((++__belay_sequence))
  __belay_asked=
  if ! __belay_reach; then
    __belay_alone "$1" 'no daemon runs'
    return
  fi
  local cut=
  if (( $#line > 1048576 )); then
    line=${line[1,1048576]}
    cut=${us}t=1
  fi
  __belay_escape "$line"
  message=R$us$n${us}c=$__belay_text$cut
  if [[ -z $cut && $2 != $1 ]]; then
    __belay_escape "$2"
    message+=${us}x=$__belay_text
  fi
  if __belay_send "$message"; then
    while IFS=' ' builtin read -r -t $patience -u $__belay_a kind number rest; do
      [[ $number == $n ]] || continue # of a request that is over
      case $kind in
        A) __belay_asked=$n; return 0 ;;
        B) return 1 ;;
        W) waits=1 patience=2.5 ;;
        Q) __belay_answer $n ${=rest} ;;
        M) __belay_unescape "$rest"; builtin print -rnu2 -- "$__belay_text" ;;
        U)
          if [[ -z $__belay_advised ]]; then
            __belay_advised=1
            __belay_unescape "$rest"
            builtin print -ru2 -- "$__belay_text"
          fi
          return 0
          ;;
      esac
    done
  fi
  if [[ -n $waits ]]; then
    # The daemon found something at stake and then fell silent, perhaps in the middle of a question.
    __belay_pid=
    command stty sane 2>/dev/null <$TTY
    builtin print -ru2 -- 'belay: not run, as the daemon stopped while it looked at this line'
    return 1
  fi
  __belay_pid= # say hello again next time: it may be another one with the same number
  __belay_alone "$1" 'the daemon does not answer'
}

# --- without a daemon ----------------------------------------------------------------------------

__belay_alone() { # line, why
  emulate -L zsh
  if (( EPOCHSECONDS - __belay_tried >= 10 )) && [[ -x ${__belay_launcher-} ]]; then
    __belay_tried=$EPOCHSECONDS
    # The one fork, and only without a daemon. The subshell makes it nobody's job.
    ($__belay_launcher daemon start </dev/null >/dev/null 2>&1 &)
  fi
  if (( EPOCHSECONDS - __belay_told >= 60 )); then
    __belay_told=$EPOCHSECONDS
    builtin print -ru2 -- "belay: $2, so commands are not checked; only the worst are questioned"
  fi
  __belay_catastrophic "$1" || return 0
  builtin print -ru2 -- "belay: this could destroy $__belay_victim: ${1//[[:cntrl:]]/?}"
  local answer c
  while builtin read -rs -t 0 -k 1 c; do :; done </dev/tty # what was typed before
  builtin print -n 'Run it? Type yes and Enter to run it, anything else not to: ' >/dev/tty
  IFS= builtin read -r answer </dev/tty
  [[ $answer == (yes|y) ]] && return 0
  builtin print -ru2 -- 'belay: not run'
  return 1
}

# The few that must not pass even unguarded. Word by word and without any knowledge of the machine:
# the daemon does better, this only bridges its absence. Sets __belay_victim.
__belay_catastrophic() {
  emulate -L zsh
  setopt extended_glob no_nomatch
  local disk='/dev/(sd|hd|vd|xvd|nvme|mmcblk|dm-|md|loop|mapper/|disk/)*'
  local packed=${1//[[:space:]]/} part word name recursive
  if [[ $packed == *'(){'*'|'*'&'*'}'* ]]; then
    __belay_victim='this machine (a fork bomb)'
    return 0
  fi
  if [[ $packed == *'>'${~disk} ]]; then
    __belay_victim='a whole device'
    return 0
  fi
  for part in ${(s:;:)${1//[|&$'\n']/;}}; do
    name= recursive=
    for word in ${=part}; do
      word=${word//[\"\'\\]/}
      if [[ -z $name ]]; then
        case $word in
          ([a-zA-Z_]*=* | -* | '{' | '(' | '!' | do | then | else) ;;
          (sudo | doas | env | nohup | nice | time | command | exec | builtin | noglob | root) ;;
          (*) name=${word:t} ;;
        esac
        continue
      fi
      case $name in
        (rm)
          if [[ $word == -[a-zA-Z]* ]]; then
            [[ $word == *[rR]* ]] && recursive=1
          elif [[ $word == --recursive ]]; then
            recursive=1
          elif [[ -n $recursive ]] && __belay_is_root "$word"; then
            return 0
          fi
          ;;
        (dd)
          if [[ $word == of=${~disk} ]]; then
            __belay_victim=${word#of=}
            return 0
          fi
          ;;
        (mkfs | mkfs.* | mke2fs | mkswap | wipefs | blkdiscard | shred | cp | tee | sfdisk | sgdisk)
          if [[ $word == ${~disk} ]]; then
            # cp reads its first operand; only the last is written.
            [[ $name == cp && ${${=part}[-1]} != $word ]] && continue
            __belay_victim=$word
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
  emulate -L zsh
  local name
  __belay_victim=$1
  case $1 in
    (/ | /. | /.. | '/*' | /(bin|boot|dev|etc|home|lib|lib64|opt|root|sbin|srv|usr|var)(|/)) return 0 ;;
    ('~' | '~/' | '~/*' | . | ./ | .. | ../ | '*' | './*' | '../*') return 0 ;;
    (\$*)
      name=${${1#\$}#\{}
      name=${name%%[^a-zA-Z0-9_]*}
      [[ $name == HOME ]] && return 0
      if [[ $name == [a-zA-Z_]* && -z ${(P)name-} ]]; then
        __belay_victim="$1, as \$$name is empty"
        return 0
      fi
      ;;
  esac
  [[ -n ${HOME-} && ${1%/} == ${HOME%/} ]]
}

# --- around a command ----------------------------------------------------------------------------

# $1 is the line as typed, after history expansion, and empty without history; $3 is the whole of
# it as zsh read it.
__belay_preexec() {
  emulate -L zsh
  # kill -INT alone is swallowed by `trap '' INT` and by TRAPINT() { return 0 } (5.9).
  setopt local_traps
  __belay_started=0
  [[ -n $__belay_off ]] && return 0
  if ! __belay_judge "${1:-$3}" "$3"; then
    builtin trap - INT
    builtin kill -INT $$
    return 1
  fi
  __belay_started=$EPOCHREALTIME
}

__belay_precmd() {
  local __belay_status=$?
  emulate -L zsh
  if [[ -n $__belay_asked && -n $__belay_pid ]] && builtin kill -0 $__belay_pid 2>/dev/null; then
    local -i micros=$(( (EPOCHREALTIME - __belay_started) * 1000000 ))
    __belay_send "E"$'\x1f'"$__belay_asked"$'\x1f'"s=$__belay_status"$'\x1f'"d=$micros"
  fi
  __belay_asked=
  # First, and back again after `preexec_functions=()`.
  [[ ${preexec_functions[1]} == __belay_preexec ]] ||
    preexec_functions=(__belay_preexec ${preexec_functions:#__belay_preexec})
  return 0 # under `set -e` anything else would end the shell
}

__belay_off() { __belay_off=1 }
__belay_on() { __belay_off= }

typeset -ga preexec_functions precmd_functions
preexec_functions=(__belay_preexec $preexec_functions)
precmd_functions=(__belay_precmd $precmd_functions)
__belay_reach || __belay_alone '' 'no daemon runs yet' 2>/dev/null
