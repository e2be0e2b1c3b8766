# shellcheck shell=bash disable=SC2016
# As Ghostty: each prompt puts its marks around PS1 and PS2, and PS0 tells by a substitution that a
# command starts.
stand_in_preexec() { printf '\e]133;C\a' >/dev/tty; }
stand_in_precmd() {
  local status=$?
  echo "$status" >>~/seen
  if [[ $PS1 != *133\;A* ]]; then
    PS1='\[\e]133;A;k=i\a\]'$PS1'\[\e]133;B\a\]'
    PS2='\[\e]133;A;k=s\a\]'$PS2'\[\e]133;B\a\]'
    PS0=${PS0-}'$(stand_in_preexec)'
  fi
  printf '\e]133;D;%s\a\e]7;file://%s\a' "$status" "$PWD"
}
PROMPT_COMMAND+=(stand_in_precmd)
