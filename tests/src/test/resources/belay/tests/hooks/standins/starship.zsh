# As starship: a prompt of substitutions, hooks that take the time, and a widget that draws the
# prompt anew when the keymap changes, around the one that was there.
setopt prompt_subst
autoload -Uz add-zsh-hook
stand_in_precmd() {
  stand_in_status=$? stand_in_pipe=($pipestatus)
  print $stand_in_status >>~/seen
  (( ${+stand_in_since} )) && stand_in_took=$(( SECONDS - stand_in_since )) && unset stand_in_since
}
stand_in_preexec() { stand_in_since=$SECONDS }
add-zsh-hook precmd stand_in_precmd
add-zsh-hook preexec stand_in_preexec
stand_in_keymap() { zle reset-prompt }
if [[ -n ${widgets[zle-keymap-select]-} ]]; then
  stand_in_kept=${widgets[zle-keymap-select]#user:}
  stand_in_keymap_both() { $stand_in_kept "$@"; stand_in_keymap "$@" }
  zle -N zle-keymap-select stand_in_keymap_both
else
  zle -N zle-keymap-select stand_in_keymap
fi
stand_in_prompt() { print; print -r -- "$1 in $2"; print -rn -- '> ' }
PROMPT='$(stand_in_prompt "${stand_in_status-}" "${stand_in_took-}") '
RPROMPT='$(print right)'
