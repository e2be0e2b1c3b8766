# shellcheck shell=bash disable=SC2016,SC2154
# As starship: it takes PROMPT_COMMAND for itself, evaluates there what it found in it, computes PS1
# anew each time, and takes the time by a DEBUG trap that hands $_ on, and by PS0.
stand_in_kept=${PROMPT_COMMAND-}
stand_in_preexec() {
  if [[ $stand_in_ready ]]; then stand_in_ready='' stand_in_since=$SECONDS; fi
  : "$1"
}
stand_in_returns() { return "$1"; }
stand_in_precmd() {
  stand_in_status=$? stand_in_pipe=("${PIPESTATUS[@]}")
  echo "$stand_in_status" >>~/seen
  if [[ ${BP_PIPESTATUS-} ]]; then stand_in_pipe=("${BP_PIPESTATUS[@]}"); fi
  stand_in_returns "$stand_in_status"
  eval "$stand_in_kept"
  PS1=$(printf '\n%s %s\n> ' "$((SECONDS - ${stand_in_since:-0}))" "${stand_in_pipe[*]}")
  stand_in_ready=1
}
trap 'stand_in_preexec "$_"' DEBUG
PS0='${stand_in_ps0:$((stand_in_ps0=SECONDS,0)):0}'${PS0-}
PROMPT_COMMAND=stand_in_precmd
