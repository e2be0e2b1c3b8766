# shellcheck shell=bash disable=SC2178,SC2128
# As oh-my-bash: a helper that puts functions into PROMPT_COMMAND once, a theme among them, and
# history that is appended to at each prompt.
shopt -s histappend
HISTCONTROL=ignoredups
stand_in_add() {
  local other
  for other in "${PROMPT_COMMAND[@]}"; do
    if [[ $other == "$1" ]]; then return 0; fi
  done
  PROMPT_COMMAND+=("$1")
}
stand_in_theme() {
  echo "$?" >>~/seen
  PS1='\[\e[1;32m\]\u \w\[\e[0m\] \$ '
}
stand_in_add stand_in_theme
stand_in_add 'history -a'
stand_in_add stand_in_theme
