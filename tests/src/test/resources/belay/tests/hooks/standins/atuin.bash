# shellcheck shell=bash disable=SC2178,SC2128
# As atuin on top of bash-preexec: keys with `bind -x`, and a DEBUG trap that is installed by the
# first prompt, between a first and a last line of a PROMPT_COMMAND.
stand_in_search() { READLINE_LINE=$(history | tail -n 1) READLINE_POINT=0; }
bind -x '"\C-r": stand_in_search'
bind -x '"\e[A": stand_in_search'
bind -x '"\eOA": stand_in_search'
stand_in_inside() { return "$stand_in_status"; }
stand_in_precmd() {
  stand_in_status=$?
  echo "$stand_in_status" >>~/seen
  stand_in_inside
}
stand_in_preexec() {
  stand_in_last=$?
  if [[ ${COMP_LINE-} || ! $stand_in_interactive ]]; then return; fi
  if [[ ! ${READLINE_LINE+x} && $BASH_COMMAND != stand_in_precmd ]]; then
    stand_in_interactive=
    stand_in_line=$(HISTTIMEFORMAT='' builtin history 1)
    echo "$stand_in_line" >>~/recorded
  fi
  return "$stand_in_last"
}
stand_in_install() {
  if [[ ${PROMPT_COMMAND[*]} == *stand_in_precmd* ]]; then return; fi
  local rest=${PROMPT_COMMAND//stand_in_install/:}
  trap 'stand_in_preexec "$_"' DEBUG
  PROMPT_COMMAND=$'stand_in_precmd\n'$rest
  PROMPT_COMMAND+=('stand_in_interactive=1')
  stand_in_interactive=1
}
PROMPT_COMMAND="${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}stand_in_install"
