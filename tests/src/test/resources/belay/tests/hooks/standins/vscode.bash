# shellcheck shell=bash disable=SC2154
# As the shell integration of VS Code: PROMPT_COMMAND is taken and evaluated element by element,
# prompts are put between marks, and a DEBUG trap tells the line and that it starts.
stand_in_kept=("${PROMPT_COMMAND[@]}")
stand_in_mark() { printf '\e]633;%s\a' "$1"; }
stand_in_prompts() {
  if [[ $PS1 == "${stand_in_ps1-}" ]]; then return; fi
  PS1='\[$(stand_in_mark A)\]'$PS1'\[$(stand_in_mark B)\]'
  PS2='\[$(stand_in_mark F)\]'$PS2'\[$(stand_in_mark G)\]'
  stand_in_ps1=$PS1
}
stand_in_preexec() {
  if [[ $stand_in_ready && $BASH_COMMAND != stand_in_prompt && ! ${READLINE_LINE+x} ]]; then
    stand_in_ready=
    stand_in_mark "E;$(LC_ALL=C HISTTIMEFORMAT='' history 1 | sed 's/ *[0-9]* *//')"
    stand_in_mark C
  fi
  : "$1"
}
stand_in_returns() { return "$1"; }
stand_in_prompt() {
  stand_in_status=$?
  local each
  for each in "${stand_in_kept[@]}"; do
    stand_in_returns "$stand_in_status"
    eval "$each"
  done
  echo "$stand_in_status" >>~/seen
  stand_in_mark "D;$stand_in_status"
  stand_in_mark "P;Cwd=$PWD"
  stand_in_prompts
  stand_in_ready=1
}
trap 'stand_in_preexec "$_"' DEBUG
PROMPT_COMMAND=stand_in_prompt
