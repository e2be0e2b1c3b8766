# Belay's hook for scripts of zsh 5.8 and newer, sourced by zdot/.zshenv: it has each list judged
# before it runs. docs/scripts.md explains it.
#
# TRAPDEBUG runs before each list (`a && b | c`), inside functions, loops and subshells too, with its
# text in ZSH_DEBUG_CMD (zshmisc(1)). What the daemon says no to ends the script there. As a function
# it leaves $?, $_ and $pipestatus of the script alone, which `trap … DEBUG` does not (5.9).
#
# Rules of this file: no fork for a judged list. All names bear one prefix, locals too, because a
# local of ours would hide the script's variable of that name from a question about it.

[[ ! -o interactive && ${__belay_loaded-} != $$ && $EUID == $UID ]] || return 0
typeset +x -g __belay_loaded=$$

typeset -g __belay_dir=       # the daemon's runtime directory
typeset -g __belay_name=      # of our FIFOs in it
typeset -gi __belay_q=-1      # their descriptors, close-on-exec: a child that inherited them could
typeset -gi __belay_a=-1      #   forge a verdict
typeset -gi __belay_t=-1
typeset -g __belay_pid=       # of the daemon we said Hello to
typeset -gi __belay_count=0   # of requests
typeset -g __belay_sequence=  # number of the last one
typeset -g __belay_verdict=   # what came of it: run, a status, or nobody
typeset -g __belay_why=       # why nobody judged
typeset -g __belay_stop=      # not empty: stopped here; what the EXIT trap does is judged by itself
typeset -g __belay_alone=     # not empty: nobody judges from here on, and that was allowed
typeset -g __belay_text=      # what the last function made
typeset -gi __belay_patience=10
typeset -gA __belay_known     # lists that change nothing, whenever they run
typeset -g __belay_launcher=${${(%):-%x}:A}
__belay_launcher=${__belay_launcher%/shell-hooks/*}/belay

# --- the daemon ----------------------------------------------------------------------------------

__belay_find() {
  builtin set -- ${XDG_RUNTIME_DIR:-/run/user/$EUID}/belay /run/user/$EUID/belay /tmp/belay-$EUID
  [[ -n ${BELAY_RUNTIME_DIR-} ]] && builtin set -- $BELAY_RUNTIME_DIR
  for __belay_dir; do
    [[ $__belay_dir == /* && -d $__belay_dir && -O $__belay_dir && ! -L $__belay_dir ]] && return 0
  done
  __belay_dir=
  return 1
}

# Whether a daemon serves us; starts one, once, and says Hello to one that does not know us yet.
__belay_reach() {
  [[ -n $__belay_pid ]] && builtin kill -0 $__belay_pid && return 0
  __belay_pid= __belay_why='no daemon runs, and none could be started'
  if ! __belay_greet && [[ -x $__belay_launcher ]]; then
    $__belay_launcher daemon start </dev/null >/dev/null 2>&1 7>&-
    __belay_greet
  fi
  [[ -n $__belay_pid ]]
}

__belay_greet() {
  local __belay_found=
  __belay_find && [[ -O $__belay_dir/daemon.pid ]] &&
    IFS= builtin read -r __belay_found <$__belay_dir/daemon.pid &&
    [[ $__belay_found == <1-> ]] && builtin kill -0 $__belay_found && __belay_hello || return 1
  __belay_pid=$__belay_found
}

# The first Hello costs a fork, for mkfifo. Each has FIFOs of its own: in old ones another daemon may
# have left something.
__belay_hello() {
  local __belay_us=$'\x1f' __belay_message __belay_pair
  local -i __belay_control __belay_status
  __belay_name=$sysparams[pid]-${EPOCHREALTIME//[^0-9]/}
  __belay_pair=$__belay_dir/s/$__belay_name
  command mkfifo -m 600 $__belay_pair.q $__belay_pair.a $__belay_pair.t || return 1
  (( __belay_q >= 0 )) && exec {__belay_q}>&- {__belay_a}>&- {__belay_t}>&-
  builtin sysopen -rw -o cloexec -u __belay_q $__belay_pair.q &&
    builtin sysopen -rw -o cloexec -u __belay_a $__belay_pair.a &&
    builtin sysopen -rw -o cloexec -u __belay_t $__belay_pair.t || return 1
  # Nobody runs us but ZDOTDIR: whoever is stopped first tells our children and us by this file.
  [[ -n ${BELAY_RUN-} ]] || builtin export BELAY_RUN=$__belay_pair.x
  __belay_message=H${__belay_us}1${__belay_us}n=$__belay_name${__belay_us}shell=zsh
  __belay_message+=${__belay_us}v=$ZSH_VERSION${__belay_us}pid=$sysparams[pid]
  __belay_message+=${__belay_us}script=${BELAY_ANSWER:-ask}
  __belay_escape home=${HOME-}
  (( $#__belay_text < 1000 )) && __belay_message+=$__belay_us$__belay_text
  [[ -O $__belay_dir/control && -p $__belay_dir/control ]] || return 1
  builtin sysopen -rw -o cloexec,nonblock -u __belay_control $__belay_dir/control || return 1
  builtin syswrite -o $__belay_control -- $__belay_message$'\n'
  __belay_status=$?
  exec {__belay_control}>&-
  (( __belay_status == 0 )) || return 1
  # It gives the first turn at once, unless it stands still or is too old to know of scripts.
  __belay_why='the daemon does not answer; `belay daemon status` says more'
  builtin read -r -k 1 -t 3 -u $__belay_t __belay_text && builtin syswrite -o $__belay_t -- t
}

# A value as a field, in __belay_text: GS escapes what would end a field or a message.
__belay_escape() {
  # Inside "…" zsh takes a $'…' replacement literally (5.9), so it comes from a variable.
  local __belay_g=$'\x1dg' __belay_n=$'\x1dn' __belay_u=$'\x1du'
  __belay_text=${1//$'\x1d'/$__belay_g}
  __belay_text=${__belay_text//$'\n'/$__belay_n}
  __belay_text=${__belay_text//$'\x1f'/$__belay_u}
}

# --- judging -------------------------------------------------------------------------------------

# Asks the daemon about a list; __belay_verdict says what came of it.
__belay_judge() { # list
  local __belay_us=$'\x1f' __belay_reply= __belay_message
  local -i __belay_limit __belay_waited=0
  __belay_patience=10 __belay_why='the daemon does not answer'
  # Of all processes of the script no two use the same number.
  __belay_sequence=$sysparams[pid]${(l:6::0:)$((++__belay_count))}
  __belay_escape $1
  __belay_message=R$__belay_us$__belay_sequence${__belay_us}c=$__belay_text
  __belay_message+=${__belay_us}b=$sysparams[pid]
  # One byte in a FIFO is the right to ask, as subshells ask here too. Of a process that was killed
  # with it the daemon gives it back, when told that somebody waits.
  until builtin read -r -k 1 -t 1 -u $__belay_t __belay_reply; do
    builtin kill -0 $__belay_pid && (( ++__belay_waited < 600 )) || return
    builtin syswrite -o $__belay_q -- $'T\x1f0\n'
  done
  __belay_reply=
  builtin syswrite -o $__belay_q -- $__belay_message$'\n'
  __belay_limit=$(( EPOCHSECONDS + __belay_patience ))
  while [[ $__belay_verdict == nobody ]]; do
    if IFS= builtin read -r -t 1 -u $__belay_a __belay_reply; then
      __belay_heed $1 $__belay_reply
      __belay_limit=$(( EPOCHSECONDS + __belay_patience ))
    elif (( EPOCHSECONDS > __belay_limit )) || ! builtin kill -0 $__belay_pid; then
      break
    fi
  done
  builtin syswrite -o $__belay_t -- t
  if [[ $__belay_verdict == nobody ]]; then
    # What was asked may be answered to whoever asks next: the next Hello makes new FIFOs.
    __belay_pid=
    if (( __belay_patience == 3 )); then
      __belay_verdict=3
      builtin print -ru7 -- 'belay: not run, as the daemon stopped while it looked at this command'
    fi
  fi
}

# What the daemon says.
__belay_heed() { # list, reply
  local __belay_g=$'\x1d' __belay_n=$'\n' __belay_u=$'\x1f'
  # A late one to a request that is over says nothing about this one.
  [[ "$2 " == ?" $__belay_sequence "* ]] || return
  case $2 in
    (C*)
      __belay_verdict=run
      (( $#1 < 500 && $#__belay_known < 2000 )) && __belay_known[$1]=1
      ;;
    (A*) __belay_verdict=run ;;
    (B*) __belay_verdict=${2##* } ;;
    (W*) __belay_patience=3 ;;
    (Q*) __belay_answer ${=2#? } ;;
    (M* | U*)
      __belay_text=${${2#? * }//$'\x1dn'/$__belay_n}
      __belay_text=${__belay_text//$'\x1du'/$__belay_u}
      builtin print -rnu7 -- ${__belay_text//$'\x1dg'/$__belay_g}
      [[ $2 == U* ]] && __belay_verdict=3
      ;;
  esac
}

# What variables and functions are.
__belay_answer() { # number, v:NAME | f:NAME …
  local __belay_us=$'\x1f' __belay_message=V$'\x1f'$1 __belay_question __belay_asked_name
  builtin shift
  for __belay_question; do
    __belay_text= __belay_asked_name=${__belay_question#?:}
    case $__belay_question in
      (?: | ?:*[^a-zA-Z0-9_.:+@%,-]*) ;; # it could be evaluated: a[$(…)]
      (v:*) __belay_answer_variable $__belay_asked_name ;;
      (f:*)
        # Its body is judged when it runs; that there is one is enough.
        if (( ${+functions[$__belay_asked_name]} )); then
          __belay_text=${__belay_us}f.$__belay_asked_name=:
        else
          __belay_text=${__belay_us}n.$__belay_asked_name=
        fi
        ;;
    esac
    # What is left out is unknown to the daemon.
    (( $#__belay_message + $#__belay_text < 50000 )) && __belay_message+=$__belay_text
  done
  builtin syswrite -o $__belay_q -- $__belay_message$'\n'
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

if ! builtin zmodload zsh/system zsh/datetime zsh/parameter; then
  builtin print -ru2 -- 'belay: this zsh lacks modules of its own, so nothing can be judged'
  [[ ${BELAY_UNJUDGED-} == run ]] || exit 3
  return 0
fi

# Now, so that all our subshells share one pair and one mark.
() {
  builtin emulate -L zsh -o no_multibyte
  __belay_reach
} 7>&2 2>/dev/null || builtin true

# Before a list. The status is always 0: anything else would be the script's under `set -e`.
TRAPDEBUG() {
  {
    if (( ${+__belay_known[$ZSH_DEBUG_CMD]} )) && [[ -z $__belay_stop ]] &&
      [[ ! -e ${BELAY_RUN:-/nonexistent} ]]; then
      return 0
    fi
    builtin emulate -L zsh -o no_multibyte -o no_err_exit -o no_err_return -o no_xtrace
    __belay_verdict=nobody
    if [[ -z $__belay_stop && -e ${BELAY_RUN:-/nonexistent} ]]; then
      # Somebody was stopped: a part of a pipeline, or a script that this one started or belongs to.
      builtin read -r __belay_verdict <$BELAY_RUN
      __belay_stop=${__belay_verdict:-20}
    elif [[ -n $__belay_alone ]]; then
      return 0
    else
      if [[ $ZSH_DEBUG_CMD =~ '(^|[;&|({[:space:]])trap[[:space:]].*DEBUG|TRAPDEBUG' ]]; then
        __belay_why="a DEBUG trap of the script's own takes the place of ours"
      else
        __belay_reach && __belay_judge "$ZSH_DEBUG_CMD"
        # A daemon that died of it, or just before: another one is started, and asked once.
        [[ $__belay_verdict == nobody ]] && __belay_reach && __belay_judge "$ZSH_DEBUG_CMD"
      fi
      if [[ $__belay_verdict == run ]]; then return 0; fi
      if [[ $__belay_verdict == nobody ]]; then
        if [[ ${BELAY_UNJUDGED-} == run ]]; then
          builtin print -ru7 -- "belay: $__belay_why, so from here on nothing is checked"
          __belay_alone=1
          return 0
        fi
        builtin print -ru7 -- "belay: $__belay_why; \`--unjudged run\` runs what nobody judges"
        __belay_verdict=3
      fi
      builtin print -ru7 -- \
        "belay: ${funcfiletrace[1]/%:/ line }: the script ends here, with status $__belay_verdict"
      __belay_stop=$__belay_verdict
      [[ -z ${BELAY_RUN-} || -e $BELAY_RUN ]] || builtin print -r -- $__belay_stop >|$BELAY_RUN
    fi
  } 7>&2 2>/dev/null
  exit $__belay_stop
}
