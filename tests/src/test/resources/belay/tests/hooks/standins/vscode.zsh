# As the shell integration of VS Code: hooks that tell the line, its start and its end, and marks
# around the prompts, put there again when somebody changed them.
autoload -Uz add-zsh-hook
stand_in_mark() { builtin printf '\e]633;%s\a' "$1" }
stand_in_precmd() {
  local stand_in_status=$?
  print $stand_in_status >>~/seen
  stand_in_mark "D;$stand_in_status"
  if [[ $PS1 != ${stand_in_ps1-} ]]; then
    PS1="%{$(stand_in_mark A)%}$PS1%{$(stand_in_mark B)%}"
    PS2="%{$(stand_in_mark F)%}$PS2%{$(stand_in_mark G)%}"
    RPROMPT="%{$(stand_in_mark H)%}right%{$(stand_in_mark I)%}"
    stand_in_ps1=$PS1
  fi
}
stand_in_preexec() { stand_in_mark "E;$1"; stand_in_mark C }
add-zsh-hook precmd stand_in_precmd
add-zsh-hook preexec stand_in_preexec
